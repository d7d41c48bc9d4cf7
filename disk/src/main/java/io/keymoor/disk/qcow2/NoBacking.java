package io.keymoor.disk.qcow2;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.Extent;

/** What lies under the last image of a chain: an empty disk, after whose end all is zeros. */
record NoBacking() implements BlockSource {
  @Override
  public long sizeBytes() {
    return 0;
  }

  @Override
  public int granularity() {
    return SECTOR_BYTES;
  }

  @Override
  public boolean knowsItsHoles() {
    return true;
  }

  @Override
  public Extent extentAt(long position) {
    throw new IllegalArgumentException("an empty disk has no byte " + position);
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    throw new IllegalArgumentException("an empty disk has no byte " + position);
  }

  @Override
  public void close() {}
}
