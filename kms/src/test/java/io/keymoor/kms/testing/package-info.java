@NullMarked
package io.keymoor.kms.testing;

import org.jspecify.annotations.NullMarked;
