package io.keymoor.host.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.SealedSecret;
import io.keymoor.host.config.StoredProvider;
import io.keymoor.host.keys.HeldProvider.Holding;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.protocol.ProviderReport;
import io.keymoor.protocol.SealedKey;
import io.keymoor.provider.NativeKeyProvider;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this host's providers those that the manager wants, in the configuration first and in
 * memory then.
 *
 * <p>Guarantee: a KDK is used only when its check value is the announced one; one that fails the
 * check is neither stored nor tried. A provider that is not wanted any more is gone from the
 * configuration and from memory, KEKs included, when {@link #apply} returns (R7). After a restart
 * {@link #load} brings the providers back without the manager (N4). Thread-safe.
 */
public final class DesiredProviders {
  private static final Logger LOG = LoggerFactory.getLogger(DesiredProviders.class);
  private static final int MOST_PROVIDERS = 256;

  private final HostConfiguration configuration;
  private final HostKeys keys;
  private final UUID hostId;
  private final boolean tpm;

  /**
   * Between one configuration and one set of keys.
   *
   * @param tpm whether the host has a TPM 2.0 that it can use
   */
  public DesiredProviders(
      HostConfiguration configuration, HostKeys keys, UUID hostId, boolean tpm) {
    this.configuration = configuration;
    this.keys = keys;
    this.hostId = hostId;
    this.tpm = tpm;
  }

  /** Brings the providers of the configuration into memory. */
  public synchronized void load() {
    keys.replace(configuration.providers().stream().map(this::held).toList());
  }

  /** Revision of the desired state that is applied; 0 for none. */
  public long revision() {
    return configuration.desiredRevision();
  }

  /**
   * Applies a desired state; durable when it returns.
   *
   * @throws MalformedDesiredState when it makes no sense; all is as before
   */
  public synchronized void apply(DesiredState desired) {
    requireSense(desired);
    List<StoredProvider> stored = new ArrayList<>();
    try (SecretBytes own = configuration.sealingKey()) {
      for (ProviderAssignment assignment : desired.providers()) {
        stored.add(stored(assignment, own));
      }
    }
    configuration.replaceProviders(desired.revision(), stored, desired.keepKeys());
    load();
    LOG.info(
        "Has {} of {} key providers (revision {}).",
        stored.stream().filter(DesiredProviders::isUsable).count(),
        stored.size(),
        desired.revision());
  }

  private static boolean isUsable(StoredProvider provider) {
    return provider.kdk().isPresent() || isStandard(provider.type());
  }

  /** The providers as the manager wants to hear of them. */
  public List<ProviderReport> reports() {
    return keys.providers().stream().map(this::report).toList();
  }

  private static String check(HeldProvider held) {
    return held.check().map(KeyCheckValue::hex).orElse("");
  }

  private ProviderReport report(HeldProvider held) {
    UUID id = held.reference().id();
    return switch (held.holding()) {
      case Holding.Ready ready ->
          new ProviderReport(id, check(held), ProviderReport.State.READY, "");
      case Holding.Delivered standard ->
          keys.delivered()
              .lack(id)
              .map(lack -> new ProviderReport(id, check(held), ProviderReport.State.ERROR, lack))
              .orElseGet(() -> new ProviderReport(id, check(held), ProviderReport.State.READY, ""));
      case Holding.TpmRequired none ->
          new ProviderReport(
              id,
              "",
              ProviderReport.State.REFUSED,
              "TPM 2.0 required by provider " + held.reference().name() + ".");
      case Holding.Unusable unusable ->
          new ProviderReport(id, "", ProviderReport.State.ERROR, unusable.sentence());
    };
  }

  private static void requireSense(DesiredState desired) {
    if (desired.providers().size() > MOST_PROVIDERS) {
      throw new MalformedDesiredState("it has " + desired.providers().size() + " entries");
    }
    Set<UUID> ids = new HashSet<>();
    for (ProviderAssignment assignment : desired.providers()) {
      if (!ids.add(assignment.id())) {
        throw new MalformedDesiredState("provider " + assignment.id() + " is in it twice");
      }
      try {
        if (!isStandard(assignment.type()) || !assignment.keyCheck().isEmpty()) {
          new KeyCheckValue(assignment.keyCheck());
        }
        new ProviderName(assignment.name());
        assignment.formerNames().forEach(ProviderName::new);
      } catch (IllegalArgumentException | ProviderException nonsense) {
        throw new MalformedDesiredState("provider " + assignment.id() + " is malformed");
      }
    }
  }

  private static boolean isStandard(String type) {
    return type.equals(ProviderType.STANDARD.text());
  }

  private StoredProvider stored(ProviderAssignment assignment, SecretBytes own) {
    if (isStandard(assignment.type())) {
      return without(assignment, "");
    }
    if (!assignment.type().equals(ProviderType.NATIVE.text())) {
      return without(
          assignment,
          "providers of type \""
              + assignment.type()
              + "\" are unknown to this host's software. Update Keymoor on this host.");
    }
    if (assignment.tpmRequired() && !tpm) {
      return without(assignment, "");
    }
    if (assignment.kdk().isEmpty()) {
      return without(
          assignment,
          assignment.withheld().isEmpty()
              ? "the manager sent no key for this host."
              : assignment.withheld());
    }
    try (SecretBytes kdk = opened(assignment, assignment.kdk().get(), own)) {
      if (kdk.length() == NativeKeyProvider.KDK_BYTES
          && new KeyCheckValue(assignment.keyCheck()).matches(kdk)) {
        return stored(assignment, Optional.of(configuration.seal(assignment.id(), kdk)), "");
      }
      return asBefore(
          assignment,
          "the key that the manager sent is not the provider's (its check value differs).");
    } catch (CryptoException notForUs) {
      return asBefore(
          assignment,
          "the key that the manager sent does not open on this host. Enrol the host anew if this"
              + " lasts.");
    }
  }

  /** A useless delivery must not cost VMs the right key, which the host may have already. */
  private StoredProvider asBefore(ProviderAssignment assignment, String fault) {
    Optional<SealedSecret> held =
        configuration.providers().stream()
            .filter(old -> old.id().equals(assignment.id()))
            .filter(old -> old.keyCheck().equals(assignment.keyCheck()))
            .findFirst()
            .flatMap(StoredProvider::kdk);
    return held.isPresent() ? stored(assignment, held, "") : without(assignment, fault);
  }

  private SecretBytes opened(ProviderAssignment assignment, SealedKey sealed, SecretBytes own) {
    return Hpke.open(
        own,
        SealedKey.INFO.getBytes(UTF_8),
        SealedKey.context(assignment.id(), hostId).getBytes(UTF_8),
        sealed.bytes());
  }

  private StoredProvider without(ProviderAssignment assignment, String fault) {
    return stored(assignment, Optional.empty(), fault);
  }

  private StoredProvider stored(
      ProviderAssignment assignment, Optional<SealedSecret> kdk, String fault) {
    return new StoredProvider(
        assignment.id(),
        assignment.name(),
        assignment.formerNames(),
        assignment.type(),
        assignment.tpmRequired(),
        assignment.keyCheck(),
        kdk,
        fault);
  }

  private HeldProvider held(StoredProvider stored) {
    return new HeldProvider(
        new ProviderReference(stored.id(), new ProviderName(stored.name()), type(stored)),
        stored.formerNames().stream().map(ProviderName::new).toList(),
        Optional.of(stored.keyCheck()).filter(hex -> !hex.isEmpty()).map(KeyCheckValue::new),
        holding(stored));
  }

  /** An unknown type has no key here; which of the known ones stands for it does not matter. */
  private static ProviderType type(StoredProvider stored) {
    return stored.type().equals(ProviderType.NATIVE.text())
        ? ProviderType.NATIVE
        : ProviderType.STANDARD;
  }

  private Holding holding(StoredProvider stored) {
    if (isStandard(stored.type())) {
      return new Holding.Delivered();
    }
    return configuration
        .kdk(stored)
        .<Holding>map(Holding.Ready::new)
        .orElseGet(() ->
            stored.fault().isEmpty()
                ? new Holding.TpmRequired()
                : new Holding.Unusable(stored.fault()));
  }
}
