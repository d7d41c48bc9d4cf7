/**
 * Raw images: the file is the disk.
 *
 * <pre>
 * byte p of the disk = byte p of the file; a length that is no whole number of 512-byte sectors is
 * rounded up, and the missing bytes are zeros
 * </pre>
 */
@NullMarked
package io.keymoor.disk.raw;

import org.jspecify.annotations.NullMarked;
