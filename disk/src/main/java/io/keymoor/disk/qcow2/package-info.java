/**
 * QEMU's qcow2 container, versions 2 and 3, after docs/interop/qcow2.txt of QEMU.
 *
 * <p>Read: all cluster sizes, zlib-compressed and zero clusters, backing chains of qcow2 and raw
 * files, LUKS1 encryption, extended L2 entries. Written: version 3, sequentially, only clusters
 * that hold data, plain or LUKS1. Refused by name: external data files, zstd, the broken AES
 * encryption of old, features this code has never heard of. {@link io.keymoor.disk.qcow2.Anatomy}
 * knows what each cluster of a file is for, which who converts an image in place has to know.
 */
@NullMarked
package io.keymoor.disk.qcow2;

import org.jspecify.annotations.NullMarked;
