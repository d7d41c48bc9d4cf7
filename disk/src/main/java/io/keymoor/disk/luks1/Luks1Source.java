package io.keymoor.disk.luks1;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;

/** The disk inside a raw LUKS1 file. Holes of the file read as noise, so it has no known holes. */
public final class Luks1Source implements BlockSource {
  private static final int GRANULARITY = 4096;

  private final ImageFile file;
  private final XtsCipher cipher;
  private final long payloadOffset;
  private final long size;

  private Luks1Source(ImageFile file, XtsCipher cipher, long payloadOffset, long size) {
    this.file = file;
    this.cipher = cipher;
    this.payloadOffset = payloadOffset;
    this.size = size;
  }

  /** Opens the container in {@code file}, which the source closes, also when this throws. */
  public static Luks1Source open(ImageFile file, SecretBytes passphrase) {
    try {
      Luks1Header header = Luks1Header.read(file);
      long size = payloadBytes(file, header);
      try (SecretBytes volumeKey = Luks1Keys.unlock(file, header, passphrase)) {
        return new Luks1Source(file, new XtsCipher(volumeKey), header.payloadOffset(), size);
      }
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The size of the disk inside. */
  public static long payloadBytes(ImageFile file, Luks1Header header) {
    long size = file.length() - header.payloadOffset();
    if (size % SECTOR_BYTES != 0) {
      throw new DamagedImage(file.name(), "its encrypted data ends within a sector");
    }
    return size;
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
    file.read(payloadOffset + position, into, offset, length);
    cipher.decrypt(position / SECTOR_BYTES, into, offset, length);
  }

  @Override
  public void close() {
    cipher.close();
    file.close();
  }
}
