package io.keymoor.host.keys;

import io.keymoor.crypto.AesKeyWrap;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.crypto.KeyDerivation;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.StoredHostKey;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.record.KeyReference;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host encryption mode (H2): {@code prepared} until keys are first needed here, {@code safe} with a
 * host key, {@code incapable} while guests' memory could reach a disk in clear (R10), {@code error}
 * while keys of standard providers that the cluster needs can't be had (H4).
 *
 * <p>The host key is 256 random bits made on this host, kept in its configuration under a KEK of a
 * provider (R8: one key per host). Thread-safe.
 */
public final class HostEncryption {
  private static final Logger LOG = LoggerFactory.getLogger(HostEncryption.class);
  private static final int HOST_KEY_BYTES = 32;
  private static final String PART = "host-key";

  private final HostConfiguration configuration;
  private final HostKeys keys;
  private final UUID hostId;
  private final Swap swap;
  private final SecureRandom random;

  /** For this system. */
  public HostEncryption(
      HostConfiguration configuration, HostKeys keys, UUID hostId, SecureRandom random) {
    this(configuration, keys, hostId, Swap.ofThisSystem(), random);
  }

  HostEncryption(
      HostConfiguration configuration, HostKeys keys, UUID hostId, Swap swap, SecureRandom random) {
    this.configuration = configuration;
    this.keys = keys;
    this.hostId = hostId;
    this.swap = swap;
    this.random = random;
  }

  /**
   * The mode and what there is to say about it.
   *
   * @param mode the mode
   * @param detail why it is not safe, or empty
   */
  public record State(EncryptionMode mode, String detail) {}

  /** The mode now. */
  public synchronized State state() {
    Optional<String> objection = swap.objection();
    if (objection.isPresent()) {
      return new State(EncryptionMode.INCAPABLE, objection.get());
    }
    Optional<String> lack = lack();
    if (lack.isPresent()) {
      return new State(EncryptionMode.ERROR, lack.get());
    }
    Optional<StoredHostKey> stored = configuration.hostKey();
    if (stored.isEmpty()) {
      return new State(
          EncryptionMode.PREPARED,
          "No key was needed here yet; the host key comes with the first.");
    }
    try (SecretBytes key = open(stored.get())) {
      return new State(EncryptionMode.SAFE, key.length() == HOST_KEY_BYTES ? "" : "odd host key");
    } catch (ProviderException | CryptoException unavailable) {
      return new State(
          EncryptionMode.PREPARED, "The host key can't be had. " + unavailable.getMessage());
    }
  }

  /** Keys of standard providers that the cluster needs and this host can't have now (H4). */
  private Optional<String> lack() {
    return keys.providers().stream()
        .map(HeldProvider::reference)
        .flatMap(reference ->
            keys
                .delivered()
                .lack(reference.id())
                .map(lack -> "Of provider \"" + reference.name() + "\" " + lack)
                .stream())
        .findFirst();
  }

  /** The host key itself, owned by the caller; absent while there is none that opens. */
  public synchronized Optional<SecretBytes> key() {
    return configuration
        .hostKey()
        .flatMap(stored -> {
          try {
            return Optional.of(open(stored));
          } catch (ProviderException | CryptoException unavailable) {
            return Optional.empty();
          }
        });
  }

  /** The host key's reference, once there is one. */
  public Optional<StoredHostKey> hostKey() {
    return configuration.hostKey();
  }

  /**
   * Keys are needed on this host now: makes the host key unless there is a usable one.
   *
   * @param provider the provider whose key is needed, never just any: one that was not backed up
   *     may not protect anything (N1); a standard one's KEK for hosts comes by {@link #assigned}
   */
  public synchronized void needed(UUID provider) {
    if (!keys.isDelivered(provider) && !usable(configuration.hostKey())) {
      makeHostKey(provider, KeyId.random());
    }
  }

  /**
   * The host key itself, owned by the caller: what dumps and bundles of this host are encrypted
   * with comes from here. Absent where keys were never needed.
   *
   * @throws ProviderException when there is one and the KEK over it can't be had now
   * @throws CryptoException when it does not open
   */
  public synchronized Optional<SecretBytes> hostKeyBytes() {
    return configuration.hostKey().map(this::open);
  }

  /**
   * Something in the cluster is encrypted, and the manager named the KEK for this host's key (R8):
   * uses it as soon as it can be had here, unless there is a usable host key.
   */
  public synchronized void assigned(UUID provider, KeyId id) {
    boolean here =
        keys.isDelivered(provider)
            ? keys.delivered().has(provider, id)
            : keys.provider(provider).isPresent();
    if (here && !usable(configuration.hostKey())) {
      makeHostKey(provider, id);
    }
  }

  private boolean usable(Optional<StoredHostKey> stored) {
    if (stored.isEmpty()) {
      return false;
    }
    try (SecretBytes key = open(stored.get())) {
      return key.length() == HOST_KEY_BYTES;
    } catch (ProviderException | CryptoException unavailable) {
      return false;
    }
  }

  /**
   * Puts the host key under this KEK of a provider: the same host key under another wrapping, or a
   * new one where there is none that opens. Done twice it changes nothing more.
   *
   * @return what was done, in a sentence
   * @throws ProviderException when the KEK can't be had; the host key is as it was
   */
  public synchronized String rekey(UUID provider, KeyId id) {
    Optional<StoredHostKey> stored = configuration.hostKey();
    boolean kept = usable(stored);
    try (IssuedKey kek = keys.issue(provider, id);
        SecretBytes hostKey =
            kept ? open(stored.orElseThrow()) : SecretBytes.random(HOST_KEY_BYTES, random)) {
      store(kek, hostKey);
      LOG.info("The host key is under key id {} of provider {}.", id, kek.provider().name());
      return kept
          ? "The host key is under the new key."
          : "A new host key was made under the new key: there was none that opened.";
    }
  }

  private void makeHostKey(UUID provider, KeyId id) {
    try (IssuedKey kek = keys.issue(provider, id);
        SecretBytes hostKey = SecretBytes.random(HOST_KEY_BYTES, random)) {
      store(kek, hostKey);
      LOG.info("Made the host key, key id {} of provider {}.", kek.id(), kek.provider().name());
      keys.tellListeners();
    } catch (ProviderException unavailable) {
      LOG.warn("No host key yet: {}", unavailable.getMessage());
    }
  }

  private void store(IssuedKey kek, SecretBytes hostKey) {
    ProviderReference reference = kek.provider();
    try (SecretBytes wrapping = wrapping(kek.kek())) {
      configuration.replaceHostKey(
          new StoredHostKey(
              reference.id(),
              reference.name().text(),
              reference.type().text(),
              kek.id().text(),
              kek.check().hex(),
              Base64.getEncoder().encodeToString(AesKeyWrap.wrap(wrapping, hostKey))));
    }
  }

  /** The host key, owned by the caller. */
  private SecretBytes open(StoredHostKey stored) {
    KeyReference reference =
        new KeyReference(
            new ProviderReference(
                stored.provider(),
                new ProviderName(stored.providerName()),
                ProviderType.of(stored.providerType())),
            new KeyId(stored.keyId()),
            new KeyCheckValue(stored.keyCheck()));
    try (SecretBytes kek = keys.kek(reference);
        SecretBytes wrapping = wrapping(kek)) {
      return AesKeyWrap.unwrap(wrapping, Base64.getDecoder().decode(stored.wrapped()));
    }
  }

  /** Bound to this host: the wrapped key is worthless in another host's configuration. */
  private SecretBytes wrapping(SecretBytes kek) {
    return KeyDerivation.dekWrappingKey(kek, hostId, PART, 1);
  }
}
