/**
 * QEMU's qcow2 container, versions 2 and 3, after docs/interop/qcow2.txt of QEMU.
 *
 * <p>Read: all cluster sizes, zlib-compressed and zero clusters, backing chains of qcow2 and raw
 * files, LUKS1 encryption. Written: version 3, sequentially, only clusters that hold data, plain or
 * LUKS1. Refused by name: external data files, zstd, extended L2 entries, the broken AES encryption
 * of old, features this code has never heard of.
 */
@NullMarked
package io.keymoor.disk.qcow2;

import org.jspecify.annotations.NullMarked;
