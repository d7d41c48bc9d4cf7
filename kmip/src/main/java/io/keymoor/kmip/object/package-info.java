/**
 * Managed objects and their key blocks. Key material is in {@link io.keymoor.secret.SecretBytes};
 * whoever decoded or made an object owns it and closes it.
 */
@NullMarked
package io.keymoor.kmip.object;

import org.jspecify.annotations.NullMarked;
