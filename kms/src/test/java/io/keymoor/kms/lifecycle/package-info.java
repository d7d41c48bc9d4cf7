@NullMarked
package io.keymoor.kms.lifecycle;

import org.jspecify.annotations.NullMarked;
