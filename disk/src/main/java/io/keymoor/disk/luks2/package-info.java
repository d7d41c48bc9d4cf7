/**
 * LUKS2, the container of cryptsetup and librbd: two copies of a binary header with JSON metadata
 * each, keyslots, one encrypted segment.
 *
 * <pre>
 * 0                    binary header, 4 KiB, and JSON, together "header size" bytes (16 KiB)
 * header size          the second copy
 * 2 * header size      keyslots
 * segment offset       payload (16 MiB)
 * </pre>
 *
 * <p>After the LUKS2 On-Disk Format Specification, version 1.1.x. Read: one segment of AES-256-XTS
 * plain64, sectors of 512 to 4096 bytes, keyslots with PBKDF2 or Argon2id, either copy of the
 * header when the other is damaged. Written: PBKDF2 keyslots and, for secrets of our own, a token
 * that says so. Refused by name: interrupted re-encryption, integrity, other ciphers, detached
 * headers.
 */
@NullMarked
package io.keymoor.disk.luks2;

import org.jspecify.annotations.NullMarked;
