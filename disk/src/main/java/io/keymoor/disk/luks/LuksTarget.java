package io.keymoor.disk.luks;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.BlockTarget;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.XtsCipher;

/** A new raw LUKS file. Every sector is written: what is not would read as noise. */
public final class LuksTarget implements BlockTarget {
  private static final int GRANULARITY = 4096;

  private final ImageStorage file;
  private final long size;
  private final NewContainer container;
  private final XtsCipher cipher;

  /**
   * Takes over {@code container} and {@code file} and closes them with itself; {@code size} is a
   * multiple of the container's sector.
   */
  public LuksTarget(ImageStorage file, long size, NewContainer container, Machine machine) {
    this.file = file;
    this.size = size;
    this.container = container;
    this.cipher = new XtsCipher(container.volumeKey(), container.sectorBytes(), machine);
  }

  @Override
  public int granularity() {
    return GRANULARITY;
  }

  @Override
  public boolean thin() {
    return false;
  }

  @Override
  public long fileBytesFor(long dataBytes) {
    return container.areaBytes() + size;
  }

  @Override
  public void write(long position, byte[] from, int offset, int length) {
    cipher.encrypt(position / BlockSource.SECTOR_BYTES, from, offset, length);
    file.write(container.areaBytes() + position, from, offset, length);
  }

  @Override
  public void finish() {
    file.growTo(container.areaBytes() + size);
    container.writeKeyMaterial(file, 0);
    file.sync();
    container.writeHeader(file, 0);
    file.sync();
  }

  @Override
  public void close() {
    cipher.close();
    container.close();
    file.close();
  }
}
