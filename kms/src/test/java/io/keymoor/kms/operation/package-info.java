@NullMarked
package io.keymoor.kms.operation;

import org.jspecify.annotations.NullMarked;
