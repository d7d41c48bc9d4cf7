package io.keymoor.disk.inplace;

import io.keymoor.disk.xts.XtsCipher;

/** The bytes of a disk on one side of a conversion; positions and lengths are whole sectors. */
interface SectorCipher extends AutoCloseable {
  SectorCipher CLEAR = new Clear();

  void encrypt(long position, byte[] data, int offset, int length);

  void decrypt(long position, byte[] data, int offset, int length);

  @Override
  void close();

  /** A disk in clear. */
  record Clear() implements SectorCipher {
    @Override
    public void encrypt(long position, byte[] data, int offset, int length) {}

    @Override
    public void decrypt(long position, byte[] data, int offset, int length) {}

    @Override
    public void close() {}
  }

  /** The payload of a LUKS container, whose first sector is counted as {@code firstNumber}. */
  record Luks(XtsCipher cipher, long firstNumber) implements SectorCipher {
    @Override
    public void encrypt(long position, byte[] data, int offset, int length) {
      cipher.encrypt(firstNumber + position / Layout.SECTOR, data, offset, length);
    }

    @Override
    public void decrypt(long position, byte[] data, int offset, int length) {
      cipher.decrypt(firstNumber + position / Layout.SECTOR, data, offset, length);
    }

    @Override
    public void close() {
      cipher.close();
    }
  }
}
