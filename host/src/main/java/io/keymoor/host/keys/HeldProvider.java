package io.keymoor.host.keys;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.secret.SecretBytes;
import java.util.List;

/**
 * A provider as this host has it.
 *
 * @param reference who it is, under its present name
 * @param formerNames names it had, still accepted
 * @param check check value of its KDK
 * @param holding the KDK, or why the host does not have it
 */
public record HeldProvider(
    ProviderReference reference,
    List<ProviderName> formerNames,
    KeyCheckValue check,
    Holding holding) {
  public HeldProvider {
    formerNames = List.copyOf(formerNames);
  }

  /** Whether the host has the KDK. */
  public sealed interface Holding {
    /** It has: {@code kdk} was compared with the check value, and is owned by the provider. */
    record Ready(SecretBytes kdk) implements Holding {}

    /** It may not: the provider wants hosts with a TPM 2.0 (N3). */
    record TpmRequired() implements Holding {}

    /** It should and does not; {@code sentence} says why. */
    record Unusable(String sentence) implements Holding {}
  }

  /** A native provider with its key, which it takes over. */
  public static HeldProvider ready(ProviderReference reference, SecretBytes kdk) {
    return new HeldProvider(reference, List.of(), KeyCheckValue.of(kdk), new Holding.Ready(kdk));
  }

  /** Whether the provider has this name now or had it once. */
  boolean isCalled(ProviderName name) {
    return reference.name().equals(name) || formerNames.contains(name);
  }
}
