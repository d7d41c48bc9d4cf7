/** Every fault of a KMS against everything a user does: what works, and what one reads. */
@NullMarked
package io.keymoor.systemtests.matrix;

import org.jspecify.annotations.NullMarked;
