package io.keymoor.kms.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.PassphraseKey;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedBox;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.rootkey.PassphraseRootKey;
import io.keymoor.kms.rootkey.RootKey;
import io.keymoor.kms.rootkey.TokenRootKey;
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
import java.util.Optional;

/**
 * The keys of a KMS, opened: the store key under its root key, the authority and the node's TLS key
 * under the store key.
 */
public final class Keys implements AutoCloseable {
  private static final int KEY_BYTES = 32;
  private static final String AUTHORITY_PURPOSE = "kms/authority";
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
   * @param name the name of its authority
   */
  public static void found(
      KeyTable table,
      NodeSettings.RootKeySource source,
      String name,
      InstantSource clock,
      SecureRandom random) {
    try (RootKey rootKey = newRootKey(source, random);
        SecretBytes storeKey = SecretBytes.random(KEY_BYTES, random)) {
      CertificateAuthority authority = CertificateAuthority.create(name, clock, random);
      try (SecretBytes key = Pem.privateKey(authority.privateKey())) {
        table.found(
            new SealedStoreKey(rootKey.name(), rootKey.parameters(), rootKey.seal(storeKey)),
            new SealedAuthority(
                Pem.certificate(authority.certificate()),
                SealedBox.seal(storeKey, AUTHORITY_PURPOSE, key, random)));
      }
    }
  }

  private static RootKey newRootKey(NodeSettings.RootKeySource source, SecureRandom random) {
    return switch (source) {
      case NodeSettings.RootKeySource.PassphraseFile(Path file) ->
          PassphraseRootKey.create(file, PassphraseKey.Cost.RECOMMENDED, random);
      case NodeSettings.RootKeySource.Pkcs11(Path library, int slot, Path pin) ->
          TokenRootKey.open(new TokenRootKey.Token(library, slot, pin), true, random);
    };
  }

  /** Opens the keys of a KMS. */
  public static Keys open(
      KeyTable table, NodeSettings.RootKeySource source, InstantSource clock, SecureRandom random) {
    String kind =
        switch (source) {
          case NodeSettings.RootKeySource.PassphraseFile _ -> PassphraseRootKey.NAME;
          case NodeSettings.RootKeySource.Pkcs11 _ -> TokenRootKey.NAME;
        };
    SealedStoreKey sealed =
        table
            .storeKey(kind)
            .orElseThrow(() ->
                new NodeException(
                    "The keys in this database are not sealed under a root key of the kind "
                        + kind
                        + ". Set root-key to the kind that the KMS was set up with;"
                        + " nothing was changed."));
    SealedAuthority sealedAuthority =
        table
            .authority()
            .orElseThrow(() -> new NodeException("The database has no authority; restore it."));
    try (RootKey rootKey = rootKey(source, sealed.parameters(), random)) {
      SecretBytes storeKey = rootKey.open(sealed.sealed());
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
  }

  private static RootKey rootKey(
      NodeSettings.RootKeySource source, String parameters, SecureRandom random) {
    return switch (source) {
      case NodeSettings.RootKeySource.PassphraseFile(Path file) ->
          PassphraseRootKey.load(file, parameters, random);
      case NodeSettings.RootKeySource.Pkcs11(Path library, int slot, Path pin) ->
          TokenRootKey.open(new TokenRootKey.Token(library, slot, pin), false, random);
    };
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
