package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.crypto.CryptoException;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.provider.standard.ServerCertificates;
import io.keymoor.provider.standard.ServerCertificates.Shown;
import io.keymoor.secret.SecretBytes;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Certificates on both sides of a KMS connection (S2). Thread-safe. */
final class KmsCertificates {
  private static final Duration OWN_VALIDITY = Duration.ofDays(730);

  private final Vault vault;
  private final UUID manager;
  private final SecureRandom random;

  KmsCertificates(Vault vault, UUID manager, SecureRandom random) {
    this.vault = vault;
    this.manager = manager;
    this.random = random;
  }

  /** A fresh key with a certificate that it signed itself. */
  KmsSettings.Identity generated(UUID provider, Instant now) {
    KeyPair keys = ClientKeys.newKeyPair(random);
    X509Certificate certificate = ClientKeys.selfSigned(keys, name(), now, OWN_VALIDITY, random);
    return new KmsSettings.Identity(
        KmsSettings.Source.GENERATED,
        List.of(certificate),
        sealed(provider, keys.getPrivate()),
        Optional.empty());
  }

  /** A fresh key with a request to sign for it. */
  KmsSettings.Request requested(UUID provider) {
    KeyPair keys = ClientKeys.newKeyPair(random);
    return new KmsSettings.Request(
        ClientKeys.request(keys, name()), sealed(provider, keys.getPrivate()));
  }

  /** The identity that the certificate for the waiting request makes. */
  KmsSettings.Identity signed(UUID provider, KmsSettings settings, String pem) {
    KmsSettings.Request request =
        settings
            .identity()
            .request()
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "no_request",
                    "No certification request waits for a certificate. Nothing was changed. Make"
                        + " one first: keymoor provider identity request NAME"));
    List<X509Certificate> chain = certificates(pem);
    try (SecretBytes key = vault.open(provider, Vault.Use.CLIENT_KEY, request.sealedKey())) {
      requirePair(ClientKeys.privateKey(key), chain.getFirst());
    }
    return new KmsSettings.Identity(
        KmsSettings.Source.SIGNED, chain, request.sealedKey(), Optional.empty());
  }

  /** The identity that an uploaded pair makes. */
  KmsSettings.Identity uploaded(UUID provider, String pem, SecretBytes keyPem) {
    List<X509Certificate> chain = certificates(pem);
    java.security.PrivateKey key;
    try {
      key = ClientKeys.privateKey(keyPem);
    } catch (CryptoException unusable) {
      throw new Refusal.Invalid(
          "private_key_unusable", unusable.getMessage() + " Nothing was changed.");
    }
    requirePair(key, chain.getFirst());
    return new KmsSettings.Identity(
        KmsSettings.Source.UPLOADED, chain, sealed(provider, key), Optional.empty());
  }

  private static void requirePair(java.security.PrivateKey key, X509Certificate certificate) {
    if (!ClientKeys.belongTogether(key, certificate.getPublicKey())) {
      throw new Refusal.Invalid(
          "certificate_of_another_key",
          "The certificate is not that of the private key. Nothing was changed. In a file with"
              + " several certificates the manager's own stands first.");
    }
  }

  private byte[] sealed(UUID provider, java.security.PrivateKey key) {
    try (SecretBytes pem = io.keymoor.crypto.Pem.privateKey(key)) {
      return vault.seal(provider, Vault.Use.CLIENT_KEY, pem);
    }
  }

  private String name() {
    return "Keymoor manager " + manager;
  }

  /** Certificates in PEM that somebody sent. */
  static List<X509Certificate> certificates(String pem) {
    try {
      return ClientKeys.certificates(pem);
    } catch (CryptoException unusable) {
      throw new Refusal.Invalid(
          "certificate_unusable", unusable.getMessage() + " Nothing was changed.");
    }
  }

  /** What servers show now. */
  static List<Shown> shown(List<KmsServer> servers) {
    return ServerCertificates.fetch(servers);
  }

  /**
   * The certificates with these fingerprints among what servers show.
   *
   * @throws Refusal.Conflict when a server shows none of them: either the fingerprint was mistyped,
   *     or somebody else answers in the server's place
   */
  static List<X509Certificate> confirmed(List<Shown> shown, List<String> fingerprints) {
    List<X509Certificate> confirmed = new ArrayList<>();
    for (String fingerprint : fingerprints) {
      String wanted = normal(fingerprint);
      confirmed.add(
          shown.stream()
              .flatMap(it -> it.certificate().stream())
              .filter(it -> normal(CertificateAuthority.fingerprint(it)).equals(wanted))
              .findFirst()
              .orElseThrow(() -> notShown(shown, fingerprint)));
    }
    return confirmed;
  }

  private static Refusal.Conflict notShown(List<Shown> shown, String fingerprint) {
    StringBuilder now = new StringBuilder();
    for (Shown one : shown) {
      now.append(now.isEmpty() ? "" : "; ")
          .append(one.server().name())
          .append(" shows ")
          .append(one.certificate().map(CertificateAuthority::fingerprint).orElse("none"));
    }
    return new Refusal.Conflict(
        "fingerprint_not_shown",
        "No server shows a certificate with the fingerprint "
            + fingerprint
            + ". Nothing was changed. Now "
            + now
            + ". Compare with what the KMS's administrator says; if they differ, somebody else may"
            + " answer in its place.");
  }

  /** Without what people write differently. */
  static String normal(String fingerprint) {
    return fingerprint.replaceAll("[^0-9A-Fa-f]", "").toUpperCase(Locale.ROOT);
  }
}
