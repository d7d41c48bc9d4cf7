package io.keymoor.disk.inplace;

/**
 * Where everything lies during one conversion; all in bytes.
 *
 * @param from where the disk starts in the file before: 0 in clear, else the old payload offset
 * @param to where it starts afterwards
 * @param disk the size of the disk
 * @param fileBefore the length of the file before
 * @param oldArea the length of the saved old header area, 0 for a disk in clear
 * @param newArea the length of the new header area, 0 for a disk in clear
 */
record Layout(long from, long to, long disk, long fileBefore, int oldArea, int newArea) {
  static final int SECTOR = 512;
  static final int BLOCK = 4096;
  static final int LARGEST_AREA = 16 << 20;

  /** Header and keyslots of the containers that are written here end well before. */
  static final long SMALLEST_PAYLOAD_OFFSET = 2 << 20;

  private static final long LARGEST_GAP = 64 << 20;
  private static final long LARGEST_STRIDE = 16 << 20;

  /** A gap of this many strides lets {@link Passage} run two strides ahead of its records. */
  static final int STRIDES_IN_GAP = 4;

  /** The gap that makes room for a header: a 32nd of the disk, from 2 to 64 MiB. */
  static long gapFor(long disk) {
    return Math.clamp((disk / 32) & -(1L << 20), SMALLEST_PAYLOAD_OFFSET, LARGEST_GAP);
  }

  /** A re-encrypted disk moves up, or down again if the last time it moved up. */
  static long nextPayloadOffset(long from, long disk) {
    return from >= 2 * SMALLEST_PAYLOAD_OFFSET ? SMALLEST_PAYLOAD_OFFSET : from + gapFor(disk);
  }

  boolean wasClear() {
    return oldArea == 0;
  }

  boolean becomesClear() {
    return newArea == 0;
  }

  /** The length of the file afterwards. */
  long fileAfter() {
    return to + disk;
  }

  /** True when the disk moves towards the end of the file, and so from its end on. */
  boolean movesUp() {
    return to > from;
  }

  /** How far is moved and synced at once. */
  int stride() {
    long quarter = (Math.abs(to - from) / STRIDES_IN_GAP) & -BLOCK;
    return (int) Math.clamp(quarter, BLOCK, LARGEST_STRIDE);
  }

  /**
   * The first bytes of a disk that is in clear before or after: the marker lies in their place, and
   * the journal keeps them, encrypted.
   */
  int held() {
    return wasClear() || becomesClear() ? (int) Math.min(BLOCK, disk) : 0;
  }

  int markerBytes() {
    return held() > 0 ? held() : BLOCK;
  }

  /** The watermark when nothing has moved. */
  long start() {
    return movesUp() ? disk : held();
  }

  /** The watermark when everything has moved. */
  long end() {
    return movesUp() ? held() : disk;
  }

  /** After both places of the disk. */
  long journalOffset() {
    long after = Math.max(Math.max(from, to) + disk, fileBefore);
    return (after + BLOCK - 1) & -BLOCK;
  }

  long heldOffset() {
    return journalOffset() + oldArea + newArea;
  }

  long slotOffset(long sequence) {
    return heldOffset() + BLOCK * (1 + (sequence & 1));
  }

  long descriptorOffset() {
    return heldOffset() + 3L * BLOCK;
  }

  /** Whether the numbers fit together and into a file of this length. */
  boolean isSound(long fileLength) {
    return from >= 0
        && to >= 0
        && disk > 0
        && disk % SECTOR == 0
        && from % SECTOR == 0
        && to % SECTOR == 0
        && areaIsSound(oldArea, from)
        && areaIsSound(newArea, to)
        && (oldArea > 0 || newArea > 0)
        && disk <= fileLength
        && from <= fileLength
        && to <= fileLength
        && fileBefore <= fileLength
        && Math.abs(to - from) >= (long) STRIDES_IN_GAP * BLOCK
        && descriptorOffset() + BLOCK <= fileLength;
  }

  private static boolean areaIsSound(int area, long offset) {
    return area == 0
        ? offset == 0
        : area > 0 && area % BLOCK == 0 && area <= LARGEST_AREA && area <= offset;
  }
}
