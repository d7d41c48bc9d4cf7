package io.keymoor.disk.inplace;

/**
 * Where everything lies while a qcow2 image is overwritten where it is; all in bytes.
 *
 * @param fileBefore the length of the file before
 * @param fileAfter its length afterwards
 * @param areaOffset where the LUKS header lies, before or after or both
 * @param areaBytes the length of that area
 * @param oldArea the length of the saved old LUKS header, 0 for an image in clear
 * @param newArea the length of the new LUKS header, 0 for an image in clear
 * @param patches the length of the saved changes of header and refcounts
 * @param stride how many bytes of clusters are overwritten at once
 */
record OverwriteLayout(
    long fileBefore,
    long fileAfter,
    long areaOffset,
    long areaBytes,
    int oldArea,
    int newArea,
    int patches,
    int stride) {
  private static final int BLOCK = Layout.BLOCK;
  private static final int LARGEST_PATCHES = 32 << 20;
  private static final int SMALLEST_STRIDE = 64 << 10;
  private static final int LARGEST_STRIDE = 4 << 20;

  /** A 32nd of the data, in whole clusters, from 64 KiB to 4 MiB. */
  static int strideFor(long dataBytes, int clusterBytes) {
    long stride = Math.clamp(dataBytes / 32, SMALLEST_STRIDE, LARGEST_STRIDE);
    return (int) Math.max(stride & -(long) clusterBytes, clusterBytes);
  }

  /** After everything that belongs to the image before or afterwards. */
  long journalOffset() {
    long end = Math.max(Math.max(fileBefore, fileAfter), areaOffset + areaBytes);
    return end + BLOCK - 1 & -BLOCK;
  }

  long newAreaOffset() {
    return journalOffset() + blocks(oldArea);
  }

  long patchesOffset() {
    return newAreaOffset() + blocks(newArea);
  }

  long slotOffset(long sequence) {
    return patchesOffset() + blocks(patches) + (sequence & 1) * (BLOCK + blocks(stride));
  }

  long descriptorOffset() {
    return slotOffset(0) + 2 * (BLOCK + blocks(stride));
  }

  private static long blocks(long bytes) {
    return bytes + BLOCK - 1 & -BLOCK;
  }

  boolean wasClear() {
    return oldArea == 0;
  }

  boolean becomesClear() {
    return newArea == 0;
  }

  /** Whether the numbers fit together and into a file of this length. */
  boolean isSound(long fileLength) {
    return fileBefore > 0
        && fileAfter > 0
        && areaOffset > 0
        && areaBytes > 0
        && fileBefore <= fileLength
        && fileAfter <= fileLength
        && areaOffset <= fileLength
        && areaBytes <= fileLength - areaOffset
        && isArea(oldArea)
        && isArea(newArea)
        && (oldArea > 0 || newArea > 0)
        && patches > 0
        && patches <= LARGEST_PATCHES
        && stride >= Layout.SECTOR
        && stride <= LARGEST_STRIDE
        && descriptorOffset() + BLOCK <= fileLength;
  }

  private boolean isArea(int area) {
    return area >= 0 && area <= Layout.LARGEST_AREA && area <= areaBytes;
  }
}
