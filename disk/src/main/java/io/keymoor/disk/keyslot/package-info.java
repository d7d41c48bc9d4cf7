/**
 * What LUKS1 and LUKS2 have in common: PBKDF2, the anti-forensic splitter, and key material, which
 * is a volume key split and encrypted under the key that a passphrase gives.
 */
@NullMarked
package io.keymoor.disk.keyslot;

import org.jspecify.annotations.NullMarked;
