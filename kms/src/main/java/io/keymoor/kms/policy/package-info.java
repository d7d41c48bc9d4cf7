/** Who may do what to whose objects. */
@NullMarked
package io.keymoor.kms.policy;

import org.jspecify.annotations.NullMarked;
