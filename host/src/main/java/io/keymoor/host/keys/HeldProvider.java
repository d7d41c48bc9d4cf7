package io.keymoor.host.keys;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Optional;

/**
 * A provider as this host has it.
 *
 * @param reference who it is, under its present name
 * @param formerNames names it had, still accepted
 * @param check what the manager calls its key, for a native provider the KDK's check value; absent
 *     where it says nothing
 * @param holding its key, or why the host does not have it
 */
public record HeldProvider(
    ProviderReference reference,
    List<ProviderName> formerNames,
    Optional<KeyCheckValue> check,
    Holding holding) {
  public HeldProvider {
    formerNames = List.copyOf(formerNames);
  }

  /** What the host has of it. */
  public sealed interface Holding {
    /** It has: {@code kdk} was compared with the check value, and is owned by the provider. */
    record Ready(SecretBytes kdk) implements Holding {}

    /** A standard one: its KEKs come from the manager one by one ({@link DeliveredKeks}). */
    record Delivered() implements Holding {}

    /** It may not: the provider wants hosts with a TPM 2.0 (N3). */
    record TpmRequired() implements Holding {}

    /** It should and does not; {@code sentence} says why. */
    record Unusable(String sentence) implements Holding {}
  }

  /** A native provider with its key, which it takes over. */
  public static HeldProvider ready(ProviderReference reference, SecretBytes kdk) {
    return new HeldProvider(
        reference, List.of(), Optional.of(KeyCheckValue.of(kdk)), new Holding.Ready(kdk));
  }

  /** Whether the provider has this name now or had it once. */
  boolean isCalled(ProviderName name) {
    return reference.name().equals(name) || formerNames.contains(name);
  }
}
