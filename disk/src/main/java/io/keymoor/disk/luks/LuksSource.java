package io.keymoor.disk.luks;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;

/** The disk inside a raw LUKS file. Holes of the file read as noise, so it has no known holes. */
public final class LuksSource implements BlockSource {
  private static final int GRANULARITY = 4096;

  private final ImageFile file;
  private final XtsCipher cipher;
  private final Payload payload;

  /**
   * Where the encrypted sectors lie.
   *
   * @param offset of the first one in the file, in bytes
   * @param bytes of all of them, a multiple of {@code sectorBytes}
   * @param sectorBytes the unit of encryption
   * @param firstNumber what the first sector is counted as, in units of 512 bytes
   */
  public record Payload(long offset, long bytes, int sectorBytes, long firstNumber) {
    /** Payload up to the end of the file in sectors of 512 bytes that are counted from zero. */
    public static Payload upToTheEnd(ImageBytes file, long offset) {
      long bytes = file.length() - offset;
      if (bytes % SECTOR_BYTES != 0) {
        throw new DamagedImage(file.name(), "its encrypted data ends within a sector");
      }
      return new Payload(offset, bytes, SECTOR_BYTES, 0);
    }
  }

  /** Takes over {@code file} and closes it with itself; the volume key stays the caller's. */
  public LuksSource(ImageFile file, Payload payload, SecretBytes volumeKey, Machine machine) {
    this.file = file;
    this.payload = payload;
    this.cipher = new XtsCipher(volumeKey, payload.sectorBytes(), machine);
  }

  @Override
  public long sizeBytes() {
    return payload.bytes();
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
    return new Extent(position, payload.bytes() - position, Extent.Kind.DATA);
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    int unit = payload.sectorBytes();
    int before = (int) (position % unit);
    int after = -(before + length) & unit - 1;
    if (before == 0 && after == 0) {
      readSectors(position, into, offset, length);
    } else {
      byte[] whole = new byte[before + length + after];
      readSectors(position - before, whole, 0, whole.length);
      System.arraycopy(whole, before, into, offset, length);
    }
  }

  private void readSectors(long position, byte[] into, int offset, int length) {
    file.read(payload.offset() + position, into, offset, length);
    cipher.decrypt(payload.firstNumber() + position / SECTOR_BYTES, into, offset, length);
  }

  @Override
  public void close() {
    cipher.close();
    file.close();
  }
}
