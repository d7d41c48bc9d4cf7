/**
 * LUKS1, the container QEMU opens: header, keyslots, raw payload.
 *
 * <p>After the LUKS1 On-Disk Format Specification, version 1.2.3. Read and written: AES-256-XTS
 * plain64 with PBKDF2 over SHA-256 or SHA-512; SHA-1, which old tools wrote, is only read.
 */
@NullMarked
package io.keymoor.disk.luks1;

import org.jspecify.annotations.NullMarked;
