package io.keymoor.host.config;

import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.IdentityPem;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.secret.SecretBytes;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * The encrypted host configuration (N4): one file, sealed as a whole (AES-256-GCM) under a {@link
 * SealingKey}, every key in it in a further box of its own.
 *
 * <p>Guarantee: a method that changes something returns when the change would survive a power loss;
 * whatever happens during it, the file holds the old state or the new. A file that is damaged, from
 * a newer software or from another host is refused and left as it is. Owns its sealing key.
 * Thread-safe within one process; the {@link HostDirectory#lock} keeps other processes out.
 */
public final class HostConfiguration implements SeenGenerations, AutoCloseable {
  private static final String PURPOSE = "host/configuration";
  private static final String KEPT = "host/key-holder/";
  private static final String TLS = "tls";
  private static final String SEALING = "sealing";
  private static final String INNER = "inner";
  private static final int KEY_BYTES = 32;

  private final Path file;

  /** Seals the file as a whole, and the inner key. */
  private SecretBytes outer;

  /** Seals every other key, here and in the key holder: it stays when the outer one changes. */
  private final SecretBytes key;

  private boolean sealedByTpm;
  private final SecureRandom random;
  private ConfigurationDocument document;

  private HostConfiguration(
      Path file,
      SecretBytes outer,
      SecretBytes key,
      SecureRandom random,
      ConfigurationDocument document) {
    this.file = file;
    this.outer = outer;
    this.key = key;
    this.random = random;
    this.document = document;
  }

  /** Makes the configuration of a new host, with a fresh key to seal to. */
  static HostConfiguration create(
      Path file,
      SealingKey sealing,
      String hostName,
      String libvirtUri,
      PrivateKey tlsKey,
      SecureRandom random) {
    SecretBytes outer = sealing.open();
    SecretBytes key = SecretBytes.random(KEY_BYTES, random);
    try (SecretBytes tlsPem = Pem.privateKey(tlsKey);
        SecretBytes hpke = Hpke.newPrivateKey(random)) {
      HostConfiguration configuration =
          new HostConfiguration(
              file,
              outer,
              key,
              random,
              new ConfigurationDocument(
                  ConfigurationDocument.FORMAT,
                  ConfigurationDocument.VERSION,
                  Optional.of(SealedSecret.of(outer, INNER, key, random)),
                  hostName,
                  libvirtUri,
                  SealedSecret.of(key, TLS, tlsPem, random),
                  SealedSecret.of(key, SEALING, hpke, random),
                  Optional.empty(),
                  0,
                  false,
                  List.of(),
                  Optional.empty(),
                  Map.of()));
      configuration.write(configuration.document);
      return configuration;
    }
  }

  /**
   * Opens the configuration of a directory, under its key file or its TPM. Where both are there, a
   * change from one to the other was interrupted, and the configuration tells which counts.
   *
   * @throws ConfigurationException.Locked when the TPM does not give the key
   * @throws ConfigurationException when there is none, or it can't be used; it is left as it is
   */
  public static HostConfiguration open(HostDirectory directory, SecureRandom random) {
    if (directory.tpmSeal().exists()) {
      if (Files.exists(directory.key().file())) {
        try {
          return open(directory.configuration(), directory.key(), random);
        } catch (ConfigurationException.Damaged underTheOther) {
          return openByTpm(directory, random);
        }
      }
      return openByTpm(directory, random);
    }
    return open(directory.configuration(), directory.key(), random);
  }

  private static HostConfiguration openByTpm(HostDirectory directory, SecureRandom random) {
    HostConfiguration configuration = open(directory.configuration(), directory.tpmSeal(), random);
    configuration.sealedByTpm = true;
    return configuration;
  }

  /**
   * Opens a host's configuration.
   *
   * @throws ConfigurationException when there is none, or it can't be used; it is left as it is
   */
  public static HostConfiguration open(Path file, SealingKey sealing, SecureRandom random) {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null && !Files.exists(file)) {
      throw new ConfigurationException.NotInitialised(directory, file);
    }
    SecretBytes outer = sealing.open();
    try {
      byte[] json = SealedFile.readDocument(file, outer, PURPOSE);
      ConfigurationDocument document = ConfigurationDocument.read(json, file);
      SecretBytes key = document.inner().map(box -> box.open(outer, INNER)).orElseGet(outer::copy);
      return new HostConfiguration(file, outer, key, random, document);
    } catch (CryptoException failure) {
      outer.close();
      throw refusal(file, failure);
    } catch (UncheckedIOException failure) {
      outer.close();
      throw new ConfigurationException.Storage(file, failure);
    } catch (ConfigurationException failure) {
      outer.close();
      throw failure;
    }
  }

  /** Whether the host's TPM gives the key that opens it. */
  public synchronized boolean sealedByTpm() {
    return sealedByTpm;
  }

  /**
   * Rewrites the file under another key, in one rename. What a TPM does not protect any more may
   * not hold KDKs that want one (N3).
   *
   * @param fresh used and not closed
   */
  synchronized void sealUnder(SecretBytes fresh, boolean byTpm) {
    SealedSecret inner = SealedSecret.of(fresh, INNER, key, random);
    ConfigurationDocument changed =
        document.withInner(
            inner,
            byTpm
                ? document.providers()
                : document.providers().stream().map(StoredProvider::withoutTpm).toList());
    SecretBytes former = outer;
    outer = fresh.copy();
    try {
      write(changed);
    } catch (RuntimeException failure) {
      outer.close();
      outer = former;
      throw failure;
    }
    former.close();
    document = changed;
    sealedByTpm = byTpm;
  }

  private static ConfigurationException refusal(Path file, CryptoException failure) {
    return switch (failure) {
      case CryptoException.NewerVersion newer ->
          new ConfigurationException.NewerVersion(file, "newer than 1 of its sealed box");
      case CryptoException.WrongKey wrong ->
          new ConfigurationException.Damaged(
              file, "it was changed, or it belongs to another host, whose key seals it.");
      case CryptoException.Damaged damaged ->
          new ConfigurationException.Damaged(file, "it is cut short, or no configuration at all.");
      case CryptoException.Foreign foreign ->
          new ConfigurationException.Damaged(file, "it is no configuration at all.");
      case CryptoException.WrongPassword password ->
          new ConfigurationException.Damaged(file, "it is no configuration at all.");
    };
  }

  /** The host's name. */
  public synchronized String hostName() {
    return document.hostName();
  }

  /** The libvirt that the agent works with. */
  public synchronized String libvirtUri() {
    return document.libvirtUri();
  }

  /** The id under which the host is enrolled, once it was. */
  public synchronized Optional<UUID> hostId() {
    return document.hostId();
  }

  /** The private key of the host's certificate. */
  public synchronized PrivateKey tlsKey() {
    try (SecretBytes pem = opened(document.tlsKey(), TLS)) {
      return Pem.privateKey(pem);
    }
  }

  /** The certificate for {@link #tlsKey} when it was renewed; otherwise the grant has it. */
  public synchronized Optional<X509Certificate> renewedCertificate() {
    try (SecretBytes pem = opened(document.tlsKey(), TLS)) {
      return IdentityPem.certificate(pem);
    }
  }

  /** {@code key} and {@code certificate} are the host's from now on, both or none. */
  public void replaceIdentity(PrivateKey tlsKey, X509Certificate certificate) {
    try (SecretBytes pem = IdentityPem.of(tlsKey, certificate)) {
      SealedSecret sealed = SealedSecret.of(key, TLS, pem, random);
      change(now -> now.withTlsKey(sealed));
    }
  }

  /** The private key to which the manager seals keys, owned by the caller. */
  public synchronized SecretBytes sealingKey() {
    return opened(document.sealingKey(), SEALING);
  }

  /** Revision of the desired state that is applied; 0 for none. */
  public synchronized long desiredRevision() {
    return document.desiredRevision();
  }

  /** The providers in the manager's order. */
  public synchronized List<StoredProvider> providers() {
    return document.providers();
  }

  /** A provider's KDK, owned by the caller; absent where the host has none. */
  public synchronized Optional<SecretBytes> kdk(StoredProvider provider) {
    return provider.kdk().map(box -> opened(box, kdkPlace(provider.id())));
  }

  /** Seals a KDK for a {@link StoredProvider} of this configuration. */
  public SealedSecret seal(UUID provider, SecretBytes kdk) {
    return SealedSecret.of(key, kdkPlace(provider), kdk, random);
  }

  /** Seals a KEK for the key holder, which can't open it, under its name there. */
  public byte[] sealKept(String name, SecretBytes kek) {
    return SealedBox.seal(key, KEPT + name, kek, random);
  }

  /**
   * What {@link #sealKept} sealed under this name, owned by the caller.
   *
   * @throws CryptoException when another host's configuration sealed it, or under another name
   */
  public SecretBytes openKept(String name, byte[] box) {
    return SealedBox.open(key, KEPT + name, box);
  }

  /** The host key, once there is one. */
  public synchronized Optional<StoredHostKey> hostKey() {
    return document.hostKey();
  }

  /** The host is enrolled as {@code id}. */
  public void enrolledAs(UUID id) {
    change(now -> now.withHostId(id));
  }

  /** Whether delivered KEKs are to outlive a restart of the host (H5). */
  public synchronized boolean keepsKeys() {
    return document.keepsKeys();
  }

  /** Writes a document beside this file, under the same keys. */
  public synchronized void writeBeside(Path other, byte[] json) {
    try {
      SealedFile.writeDocument(other, key, beside(other), json, random);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(other, failure);
    }
  }

  /**
   * What {@link #writeBeside} wrote; absent when there is no such file.
   *
   * @throws CryptoException when it is damaged, or another host's
   */
  public synchronized Optional<byte[]> readBeside(Path other) {
    if (!Files.exists(other)) {
      return Optional.empty();
    }
    try {
      return Optional.of(SealedFile.readDocument(other, key, beside(other)));
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(other, failure);
    }
  }

  private static String beside(Path other) {
    return "host/beside/" + other.getFileName();
  }

  /**
   * {@code present} are the providers from now on; KDKs of others are gone from the file.
   *
   * @param keeping whether delivered KEKs are to outlive a restart of the host
   */
  public void replaceProviders(long revision, List<StoredProvider> present, boolean keeping) {
    change(now -> now.withProviders(revision, present, keeping));
  }

  /** {@code hostKey} is the host key from now on. */
  public void replaceHostKey(StoredHostKey hostKey) {
    change(now -> now.withHostKey(hostKey));
  }

  @Override
  public synchronized long seen(UUID object) {
    return document.seenGenerations().getOrDefault(object, 0L);
  }

  @Override
  public synchronized void saw(UUID object, long generation) {
    if (generation > seen(object)) {
      accept(object, generation);
    }
  }

  @Override
  public synchronized void accept(UUID object, long generation) {
    if (generation < 0) {
      throw new IllegalArgumentException("generations are not negative");
    }
    if (generation != seen(object)) {
      change(now -> now.withGeneration(object, generation));
    }
  }

  /** Erases the sealing keys from memory. */
  @Override
  public synchronized void close() {
    outer.close();
    key.close();
  }

  private synchronized void change(UnaryOperator<ConfigurationDocument> change) {
    ConfigurationDocument changed = change.apply(document);
    if (!changed.equals(document)) {
      write(changed);
      document = changed;
    }
  }

  private void write(ConfigurationDocument changed) {
    try {
      SealedFile.writeDocument(file, outer, PURPOSE, changed.write(), random);
    } catch (UncheckedIOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  private SecretBytes opened(SealedSecret secret, String place) {
    try {
      return secret.open(key, place);
    } catch (CryptoException damaged) {
      throw new ConfigurationException.Damaged(file, "a key in it does not open.");
    }
  }

  private static String kdkPlace(UUID provider) {
    return "kdk/" + provider;
  }
}
