package io.keymoor.disk.luks1;

import io.keymoor.disk.ImageFile;
import io.keymoor.secret.SecretBytes;

/**
 * A container that is being made: its header area, and the volume key for the data to come.
 *
 * <p>The area is written in two steps. Key material first; the header itself, without which nothing
 * opens the image, once all data is on stable storage.
 */
public final class NewContainer implements AutoCloseable {
  private final Luks1Header header;
  private final byte[] material;
  private final SecretBytes volumeKey;

  NewContainer(Luks1Header header, byte[] material, SecretBytes volumeKey) {
    this.header = header;
    this.material = material;
    this.volumeKey = volumeKey;
  }

  /** The length of header and keyslots, up to the payload, in bytes. */
  public long areaBytes() {
    return header.payloadOffset();
  }

  /** The key of the payload; closed with this object. */
  public SecretBytes volumeKey() {
    return volumeKey;
  }

  /** Writes the key material into the area that starts at {@code areaOffset}. */
  public void writeKeyMaterial(ImageFile file, long areaOffset) {
    long position = (long) header.keyslots().getFirst().materialSector() * Luks1Header.SECTOR;
    file.write(areaOffset + position, material, 0, material.length);
  }

  /** Writes the header, which makes the container valid. */
  public void writeHeader(ImageFile file, long areaOffset) {
    byte[] bytes = header.encode();
    file.write(areaOffset, bytes, 0, bytes.length);
  }

  @Override
  public void close() {
    volumeKey.close();
  }
}
