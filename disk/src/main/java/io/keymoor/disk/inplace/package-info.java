/**
 * Encrypts, decrypts and re-encrypts an image where it lies, without room for a second copy. A raw
 * one moves ({@link io.keymoor.disk.inplace.Conversion}), a qcow2 one is overwritten in its place
 * ({@link io.keymoor.disk.inplace.Overwrite}).
 *
 * <p>The whole raw disk moves by a gap: towards the end of the file to make room for a LUKS header,
 * to the start when the header goes. A piece is written where nothing is that is still needed, so
 * nothing is ever overwritten in its own place, and at every moment each sector can be read in the
 * old place with the old key or in the new place with the new one.
 *
 * <pre>
 * file during an encryption, watermark w moving down:
 *
 * marker | old: disk bytes up to w | free: the gap | new: disk bytes from w | journal
 * 0       from                      from + w        to + w                   journal offset
 * </pre>
 *
 * <p>Two things make it safe against a power failure that loses or tears what was not synced. The
 * watermark is recorded only after what it counts as moved is on stable storage, and what it counts
 * as moved is overwritten only once the record itself is. {@link io.keymoor.disk.inplace.Passage}
 * holds both. The move works the same way in both directions, so an unfinished operation can be
 * rolled back as well as finished.
 *
 * <p>From the first moved byte to the last, the first sectors of the file hold a marker instead of
 * a header or boot record, so nobody opens the image by accident. The journal at the end of the
 * file ({@link io.keymoor.disk.inplace.Journal}) holds headers and ciphertext only and is
 * authenticated with a key that only who has the disk's key can know.
 *
 * <p>The clusters of a qcow2 image stay, for their tables name them and their sectors are numbered
 * by their place. A stride of them is written to the journal ({@link
 * io.keymoor.disk.inplace.OverwriteJournal}) as it is when encrypted, and over them only once it is
 * durable there, so it can be written again; {@link io.keymoor.disk.inplace.OverwritePass} holds
 * that. Meanwhile the header demands a feature that no program has.
 */
@NullMarked
package io.keymoor.disk.inplace;

import org.jspecify.annotations.NullMarked;
