package io.keymoor.provider.record;

import io.keymoor.crypto.CanonicalBase64;
import io.keymoor.provider.KeyId;
import java.util.UUID;

/**
 * HMAC-SHA-256 over a record's canonical form without its MACs, under a key derived from one KEK.
 *
 * @param provider the KEK's provider
 * @param keyId the KEK's id
 * @param base64 32 bytes
 */
public record RecordMac(UUID provider, KeyId keyId, String base64) {
  public RecordMac {
    if (base64.length() > 64 || CanonicalBase64.decode(base64).length != 32) {
      throw new IllegalArgumentException("a record's MAC has 32 bytes");
    }
  }

  byte[] bytes() {
    return CanonicalBase64.decode(base64);
  }
}
