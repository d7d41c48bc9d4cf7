/** The states of a managed object and the ways between them. */
@NullMarked
package io.keymoor.kms.lifecycle;

import org.jspecify.annotations.NullMarked;
