/** What was done, by whom, to which object, with which result. */
@NullMarked
package io.keymoor.kms.audit;

import org.jspecify.annotations.NullMarked;
