package io.keymoor.protocol;

import java.util.List;
import java.util.UUID;

/**
 * The KEK of a standard provider that was made for a host's own key; the key itself is among those
 * that the host is sent.
 *
 * @param provider its provider
 * @param keyId its id there
 */
public record HostKek(UUID provider, String keyId) {
  public HostKek {
    KeyNames.requireIds(List.of(keyId), 1);
  }
}
