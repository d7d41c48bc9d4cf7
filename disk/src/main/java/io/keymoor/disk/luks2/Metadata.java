package io.keymoor.disk.luks2;

import io.keymoor.crypto.Argon2id;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksSource;
import java.util.List;

/**
 * What a LUKS2 header says, as far as it is needed to open the container.
 *
 * @param payload where the one segment lies
 * @param digest of the volume key of that segment
 * @param keyslots those that hold this volume key, in the order of their priority
 * @param areas of all keyslots, also of those that hold something else
 * @param keyslotsEnd the first byte after the area for keyslots
 * @param headersEnd the first byte after both copies of the header
 */
record Metadata(
    LuksSource.Payload payload,
    VolumeDigest digest,
    List<Keyslot> keyslots,
    List<Area> areas,
    long keyslotsEnd,
    long headersEnd) {
  Metadata {
    keyslots = List.copyOf(keyslots);
    areas = List.copyOf(areas);
  }

  /** Where key material lies, in bytes from the start of the container. */
  record Area(long offset, long bytes) {
    long end() {
      return offset + bytes;
    }
  }

  long areasEnd() {
    return areas.stream().mapToLong(Area::end).reduce(headersEnd, Math::max);
  }

  /** A PBKDF2 digest, which recognises the volume key. */
  @SuppressWarnings("ArrayRecordComponent") // stays in this package, where nobody writes to it
  record VolumeDigest(String id, HashSpec hash, int iterations, byte[] salt, byte[] value) {}

  /** A keyslot; its area in bytes from the start of the container. */
  record Keyslot(String id, Kdf kdf, HashSpec splitHash, long areaOffset, long areaBytes) {}

  /** How a passphrase becomes the key of a keyslot. */
  sealed interface Kdf {
    /** PBKDF2 (RFC 8018). */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Pbkdf2(HashSpec hash, int iterations, byte[] salt) implements Kdf {}

    /** Argon2id (RFC 9106). */
    @SuppressWarnings("ArrayRecordComponent") // as above
    record Argon2(Argon2id.Cost cost, byte[] salt) implements Kdf {}
  }
}
