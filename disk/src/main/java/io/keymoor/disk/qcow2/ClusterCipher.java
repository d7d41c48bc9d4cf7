package io.keymoor.disk.qcow2;

import io.keymoor.disk.Machine;
import io.keymoor.disk.xts.XtsCipher;
import io.keymoor.secret.SecretBytes;

/**
 * How the bytes of data clusters are encrypted. Sectors are numbered by their place in the
 * <em>file</em>, not on the disk: an internal snapshot may hold two versions of one guest sector,
 * and they must not share a tweak.
 */
interface ClusterCipher extends AutoCloseable {
  ClusterCipher PLAIN = new Plain();

  void encrypt(long hostOffset, byte[] data, int offset, int length);

  void decrypt(long hostOffset, byte[] data, int offset, int length);

  @Override
  void close();

  /** Clusters in clear. */
  record Plain() implements ClusterCipher {
    @Override
    public void encrypt(long hostOffset, byte[] data, int offset, int length) {}

    @Override
    public void decrypt(long hostOffset, byte[] data, int offset, int length) {}

    @Override
    public void close() {}
  }

  /** Clusters under the volume key of the LUKS header. */
  record Luks(XtsCipher cipher) implements ClusterCipher {
    private static final int SECTOR = 512;

    static Luks with(SecretBytes volumeKey, Machine machine) {
      return new Luks(new XtsCipher(volumeKey, machine));
    }

    @Override
    public void encrypt(long hostOffset, byte[] data, int offset, int length) {
      cipher.encrypt(hostOffset / SECTOR, data, offset, length);
    }

    @Override
    public void decrypt(long hostOffset, byte[] data, int offset, int length) {
      cipher.decrypt(hostOffset / SECTOR, data, offset, length);
    }

    @Override
    public void close() {
      cipher.close();
    }
  }
}
