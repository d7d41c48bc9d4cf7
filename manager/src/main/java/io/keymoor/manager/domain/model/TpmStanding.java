package io.keymoor.manager.domain.model;

import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * How a host's TPM stands (N3).
 *
 * @param key fingerprint of the endorsement key that it proved to have, as the host it is now
 * @param trustedBy why that key is trusted: fingerprint of a maker's authority, or {@link
 *     #APPROVAL}; absent when it is not
 * @param kept providers whose keys it had before TPMs were attested, and keeps until its own is
 * @param asked whether an administrator wants it proved anew
 * @param trouble why the last proof failed; empty when it did not
 */
public record TpmStanding(
    Optional<String> key,
    Optional<String> trustedBy,
    Set<UUID> kept,
    boolean asked,
    String trouble) {
  /** An administrator compared and approved the key. */
  public static final String APPROVAL = "approval";

  /** Nothing is known. */
  public static final TpmStanding UNKNOWN =
      new TpmStanding(Optional.empty(), Optional.empty(), Set.of(), false, "");

  public TpmStanding {
    kept = Set.copyOf(kept);
  }

  /** Whether it is proved that the host has a TPM, and that this is one. */
  public boolean stands() {
    return key.isPresent() && trustedBy.isPresent();
  }

  /**
   * Why a host may not have a provider's key.
   *
   * @param provider the provider
   * @param why without a full stop
   * @param remedy what to do, sentences
   */
  public record Withheld(ProviderEntry provider, String why, String remedy) {
    /** For people. */
    public String sentence() {
      return "TPM 2.0 required by provider " + provider.name() + ": " + why + ". " + remedy;
    }

    /** For who wants to use it there. */
    public ProviderException refusal() {
      return new ProviderException.TpmRequired(provider.name(), why, remedy);
    }
  }

  /** Why a host with a TPM, as it says, may not have a provider's key; absent when it may. */
  Optional<Withheld> withheld(ProviderEntry entry, String host) {
    if (stands() || kept.contains(entry.id())) {
      return Optional.empty();
    }
    return Optional.of(
        key.map(it ->
                new Withheld(entry, "the TPM of host " + host + " is not trusted", trust(it, host)))
            .orElseGet(() -> new Withheld(entry, unproved(host), prove(host))));
  }

  private String unproved(String host) {
    return "the TPM of host "
        + host
        + " is not attested"
        + (trouble.isEmpty() ? "" : " (" + stripped(trouble) + ")");
  }

  private static String stripped(String sentence) {
    return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
  }

  private static String prove(String host) {
    return "It is asked for by itself when the host connects, and at once with: keymoor host attest "
        + host;
  }

  private static String trust(String key, String host) {
    return "Trust its maker's authority (keymoor tpm ca add FILE), or compare its endorsement key "
        + key
        + " with what keymoor host tpm show says on the host, then: keymoor host attest "
        + host
        + " --approve "
        + key;
  }

  /** What an administrator should do about what the host {@code kept}. */
  public String remedy(String host) {
    return key.map(it -> trust(it, host)).orElseGet(() -> prove(host));
  }
}
