package io.keymoor.protocol;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * One key provider as a host must know it.
 *
 * @param id the provider's id, under which objects find it
 * @param name its present name
 * @param formerNames names it had, still accepted
 * @param type "native" (a "standard" provider has no key of its own on hosts)
 * @param tpmRequired only hosts with a TPM 2.0 get the key; others see the provider without it
 * @param keyCheck check value of the KDK, hexadecimal; the host compares it before it uses the key;
 *     of a standard provider whatever the manager wants to hear back, or empty
 * @param kdk the KDK sealed to this host; absent where the host may not have it or there is none
 * @param withheld why a host with a TPM does not get the key of a provider that requires one, and
 *     what to do; otherwise empty
 */
public record ProviderAssignment(
    UUID id,
    String name,
    List<String> formerNames,
    String type,
    boolean tpmRequired,
    String keyCheck,
    Optional<SealedKey> kdk,
    String withheld) {
  public ProviderAssignment {
    formerNames = List.copyOf(formerNames);
  }

  /** Of a provider whose key is not withheld. */
  public ProviderAssignment(
      UUID id,
      String name,
      List<String> formerNames,
      String type,
      boolean tpmRequired,
      String keyCheck,
      Optional<SealedKey> kdk) {
    this(id, name, formerNames, type, tpmRequired, keyCheck, kdk, "");
  }
}
