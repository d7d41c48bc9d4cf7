package io.keymoor.kms.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.KeyTable.SealedAuthority;
import io.keymoor.kms.store.KeyTable.SealedStoreKey;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys of a KMS, opened: the store key under its root key, the authority and the node's TLS key
 * under the store key.
 */
public final class Keys implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final String AUTHORITY_PURPOSE = "kms/authority";
  private static final String CERTIFYING_PURPOSE = "kms/certifying-authority";
  private static final String SERVER_PURPOSE = "kms/server-key";
  private static final Duration RENEW_BEFORE = Duration.ofDays(30);

  private final SecretBytes storeKey;
  private final CertificateAuthority authority;
  private final InstantSource clock;
  private final SecureRandom random;

  private Keys(
      SecretBytes storeKey,
      CertificateAuthority authority,
      InstantSource clock,
      SecureRandom random) {
    this.storeKey = storeKey;
    this.authority = authority;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes the keys of a new KMS.
   *
   * @param second another root key to seal them under as well
   * @param name the name of its authority
   */
  public static void found(
      KeyTable table,
      NodeSettings.RootKeySource source,
      Optional<NodeSettings.RootKeySource> second,
      String name,
      InstantSource clock,
      SecureRandom random) {
    try (SecretBytes storeKey = SecretBytes.random(KEY_BYTES, random)) {
      CertificateAuthority authority = CertificateAuthority.create(name, clock, random);
      try (SecretBytes key = Pem.privateKey(authority.privateKey())) {
        List<SealedStoreKey> sealed = new ArrayList<>();
        sealed.add(RootKeys.seal(source, storeKey, random));
        second.ifPresent(it -> sealed.add(RootKeys.seal(it, storeKey, random)));
        table.found(
            sealed,
            new SealedAuthority(
                Pem.certificate(authority.certificate()),
                SealedBox.seal(storeKey, AUTHORITY_PURPOSE, key, random)));
      }
    }
  }

  /** Opens the keys of a KMS. */
  public static Keys open(
      KeyTable table, NodeSettings.RootKeySource source, InstantSource clock, SecureRandom random) {
    SealedAuthority sealedAuthority =
        table
            .authority()
            .orElseThrow(() -> new NodeException("The database has no authority; restore it."));
    SecretBytes storeKey = RootKeys.storeKey(table, source, random);
    try (SecretBytes key =
        SealedBox.open(storeKey, AUTHORITY_PURPOSE, sealedAuthority.sealedKey())) {
      return new Keys(
          storeKey,
          CertificateAuthority.load(
              Pem.certificate(sealedAuthority.certificate()), Pem.privateKey(key), clock, random),
          clock,
          random);
    }
  }

  /** Seals the store key under one root key more, or anew under one of the same name. */
  public void sealUnder(KeyTable table, NodeSettings.RootKeySource source) {
    table.put(RootKeys.seal(source, storeKey, random));
  }

  /**
   * The authority that certifies clients' keys; made when it is first asked for. Its certificate is
   * written beside the node's.
   */
  public CertificateAuthority certifyingAuthority(KeyTable table, NodeSettings settings) {
    if (table.certifyingAuthority().isEmpty()) {
      CertificateAuthority made = CertificateAuthority.create("Keymoor KMS Clients", clock, random);
      try (SecretBytes key = Pem.privateKey(made.privateKey())) {
        table.foundCertifying(
            new SealedAuthority(
                Pem.certificate(made.certificate()),
                SealedBox.seal(storeKey, CERTIFYING_PURPOSE, key, random)));
      }
    }
    SealedAuthority kept = table.certifyingAuthority().orElseThrow();
    SealedFile.replace(
        settings.directory().resolve("certify-ca.pem"), kept.certificate().getBytes(US_ASCII));
    try (SecretBytes key = SealedBox.open(storeKey, CERTIFYING_PURPOSE, kept.sealedKey())) {
      return CertificateAuthority.load(
          Pem.certificate(kept.certificate()), Pem.privateKey(key), clock, random);
    }
  }

  /** A copy of the store key, the caller's. */
  public SecretBytes storeKey() {
    return storeKey.copy();
  }

  /** The authority that issues certificates to this KMS's nodes and clients. */
  public CertificateAuthority authority() {
    return authority;
  }

  /**
   * The node's TLS identity, kept in its directory: the key sealed, the certificate beside it for
   * people to look at. A certificate that ends within 30 days is replaced together with its key.
   */
  public TlsIdentity serverIdentity(NodeSettings settings) {
    Path keyFile = settings.directory().resolve("server.key.sealed");
    Path certificateFile = settings.directory().resolve("server.pem");
    Optional<TlsIdentity> kept = kept(keyFile, certificateFile);
    if (kept.isPresent()
        && kept.get()
            .certificate()
            .getNotAfter()
            .toInstant()
            .isAfter(clock.instant().plus(RENEW_BEFORE))) {
      return kept.get();
    }
    KeyPair keys = CertificateAuthority.newKeyPair(random);
    X509Certificate certificate =
        authority.issueServer(keys.getPublic(), settings.node(), settings.names());
    try (SecretBytes pem = Pem.privateKey(keys.getPrivate())) {
      SealedFile.write(keyFile, storeKey, SERVER_PURPOSE, pem, random);
    }
    SealedFile.replace(certificateFile, Pem.certificate(certificate).getBytes(US_ASCII));
    return new TlsIdentity(keys.getPrivate(), certificate, authority.certificate());
  }

  private Optional<TlsIdentity> kept(Path keyFile, Path certificateFile) {
    if (!Files.exists(keyFile) || !Files.exists(certificateFile)) {
      return Optional.empty();
    }
    try (SecretBytes pem = SealedFile.read(keyFile, storeKey, SERVER_PURPOSE)) {
      return Optional.of(
          new TlsIdentity(
              Pem.privateKey(pem),
              Pem.certificate(Files.readString(certificateFile)),
              authority.certificate()));
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + certificateFile, failure);
    }
  }

  @Override
  public void close() {
    storeKey.close();
  }
}
