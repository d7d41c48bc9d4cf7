package io.keymoor.disk;

import java.util.Arrays;

/** An image in memory, as parsers see it. */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record MemoryImage(byte[] bytes) implements ImageBytes {
  @Override
  public String name() {
    return "memory.img";
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    int from = (int) Math.clamp(position, 0L, bytes.length);
    int present = Math.min(length, bytes.length - from);
    System.arraycopy(bytes, from, into, offset, present);
    Arrays.fill(into, offset + present, offset + length, (byte) 0);
  }
}
