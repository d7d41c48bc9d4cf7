package io.keymoor.disk.raw;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;

/**
 * A raw file or block device. The JDK cannot ask a file for its holes; they are read, and come back
 * as zeros.
 */
public final class RawSource implements BlockSource {
  private static final int GRANULARITY = 4096;

  private final ImageFile file;
  private final long size;

  /** Takes over {@code file} and closes it with itself. */
  public RawSource(ImageFile file, Machine machine) {
    this.file = file;
    this.size = -Math.floorDiv(-file.length(), SECTOR_BYTES) * SECTOR_BYTES;
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public int granularity() {
    return GRANULARITY;
  }

  @Override
  public boolean knowsItsHoles() {
    return false;
  }

  @Override
  public Extent extentAt(long position) {
    return new Extent(position, size - position, Extent.Kind.DATA);
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    file.read(position, into, offset, length);
  }

  @Override
  public void close() {
    file.close();
  }
}
