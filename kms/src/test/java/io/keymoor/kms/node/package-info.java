@NullMarked
package io.keymoor.kms.node;

import org.jspecify.annotations.NullMarked;
