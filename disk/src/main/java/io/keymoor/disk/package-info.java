/**
 * Virtual disks: the seam between containers and the engine.
 *
 * <p>A disk is read through {@link io.keymoor.disk.BlockSource} and written through {@link
 * io.keymoor.disk.BlockTarget}; both speak of the bytes the guest sees, so that encryption, holes
 * and cluster tables stay inside the packages that know them:
 *
 * <ul>
 *   <li>{@code raw}: the file is the disk;
 *   <li>{@code luks}: an encrypted payload and keyslots, with {@code luks1} and {@code luks2} for
 *       the headers and {@code json} for the latter's metadata;
 *   <li>{@code qcow2}: QEMU's container, plain or with a LUKS1 header inside;
 *   <li>{@code xts}: the cipher under both;
 *   <li>{@code engine}: inspect, copy (encrypt, decrypt, re-encrypt), verify, shred.
 * </ul>
 *
 * <p>Images come from anywhere: no length, offset or count in one is believed before it has been
 * checked, and what is not supported is refused by name. Every failure is a {@link
 * io.keymoor.disk.DiskException}. No native code, no processes.
 */
@NullMarked
package io.keymoor.disk;

import org.jspecify.annotations.NullMarked;
