/**
 * Managed objects between the database and the operations: decoded, opened and sealed, and changed
 * together or not at all.
 */
@NullMarked
package io.keymoor.kms.object;

import org.jspecify.annotations.NullMarked;
