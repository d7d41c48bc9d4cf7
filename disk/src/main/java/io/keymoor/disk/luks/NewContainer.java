package io.keymoor.disk.luks;

import io.keymoor.disk.ImageStorage;
import io.keymoor.secret.SecretBytes;

/**
 * A container that is being made: its header area, and the volume key for the data to come.
 *
 * <p>The area is written in two steps. Key material first; the header itself, without which nothing
 * opens the image, once all data is on stable storage.
 */
public interface NewContainer extends AutoCloseable {
  /** The length of header and keyslots, up to the payload, in bytes. */
  long areaBytes();

  /** The unit of encryption of the payload, in bytes. */
  int sectorBytes();

  /** The key of the payload; closed with this object. */
  SecretBytes volumeKey();

  /** Writes the key material into the area that starts at {@code areaOffset}. */
  void writeKeyMaterial(ImageStorage file, long areaOffset);

  /** Writes the header, which makes the container valid. */
  void writeHeader(ImageStorage file, long areaOffset);

  @Override
  void close();
}
