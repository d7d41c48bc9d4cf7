/**
 * What LUKS1 and LUKS2 have in common: a payload of encrypted sectors, PBKDF2, the anti-forensic
 * splitter, and key material, which is a volume key split and encrypted under the key that a
 * passphrase gives. The packages {@code luks1} and {@code luks2} know the headers.
 */
@NullMarked
package io.keymoor.disk.luks;

import org.jspecify.annotations.NullMarked;
