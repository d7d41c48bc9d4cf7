package io.keymoor.disk.raw;

import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.ImageStorage;

/** A new raw file; what is never written stays a hole. */
public final class RawTarget implements BlockTarget {
  private static final int GRANULARITY = 4096;

  private final ImageStorage file;
  private final long size;

  /** Takes over {@code file} and closes it with itself. */
  public RawTarget(ImageStorage file, long size) {
    this.file = file;
    this.size = size;
  }

  @Override
  public int granularity() {
    return GRANULARITY;
  }

  @Override
  public boolean thin() {
    return true;
  }

  @Override
  public long fileBytesFor(long dataBytes) {
    return dataBytes;
  }

  @Override
  public void write(long position, byte[] from, int offset, int length) {
    file.write(position, from, offset, length);
  }

  @Override
  public void finish() {
    file.growTo(size);
    file.sync();
  }

  @Override
  public void close() {
    file.close();
  }
}
