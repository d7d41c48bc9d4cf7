package io.keymoor.provider.record;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderReference;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One DEK of one part, wrapped, with the name of the key that opens it.
 *
 * @param provider whose KEK wraps it
 * @param keyId that KEK's id
 * @param keyCheck that KEK's check value: another key is detected before it is tried
 * @param wrappedKek the KEK under the provider's wrapping key, in wrapping-key mode (K4) only
 * @param wrappedDek the DEK, wrapped under a key derived from the KEK and this entry's place
 * @param dekCheck the DEK's check value
 * @param generation the record's generation when this entry was made; part of the wrapping
 * @param created when this entry was made
 * @param secretId id of the libvirt secret that carries the DEK; stays the same in shallow rekeys
 * @param image file name of the image that the DEK opens, for disks
 */
public record KeyEntry(
    ProviderReference provider,
    KeyId keyId,
    KeyCheckValue keyCheck,
    Optional<WrappedKey> wrappedKek,
    WrappedKey wrappedDek,
    KeyCheckValue dekCheck,
    long generation,
    Instant created,
    UUID secretId,
    Optional<String> image) {
  /** The one algorithm of version 1. */
  public static final String ALGORITHM = "AES-256-KW";

  public KeyEntry {
    if (generation < 1) {
      throw new IllegalArgumentException("generations count from 1");
    }
  }

  /** The key this entry needs. */
  public KeyReference key() {
    return new KeyReference(provider, keyId, keyCheck);
  }
}
