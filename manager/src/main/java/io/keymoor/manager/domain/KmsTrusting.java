package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.standard.ServerCertificates.Shown;
import io.keymoor.secret.SecretBytes;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Trust between the manager and a KMS, both ways (S2): which certificates of its servers the
 * manager trusts, and by which certificate, user and password the KMS knows the manager. Every
 * change holds from the next request on. Thread-safe.
 */
public final class KmsTrusting {
  private final Transactions transactions;
  private final StandardProviders providers;
  private final KmsCertificates certificates;
  private final Vault vault;
  private final InstantSource clock;

  KmsTrusting(
      Transactions transactions,
      StandardProviders providers,
      KmsCertificates certificates,
      Vault vault,
      InstantSource clock) {
    this.transactions = transactions;
    this.providers = providers;
    this.certificates = certificates;
    this.vault = vault;
    this.clock = clock;
  }

  /** Trusts what a server shows now, once a person compared its fingerprint. */
  public ProviderView trust(Caller caller, String nameOrId, String fingerprint) {
    List<Shown> shown = providers.certificates(nameOrId);
    return trust(caller, nameOrId, KmsCertificates.confirmed(shown, List.of(fingerprint)));
  }

  /** Trusts an authority, or a server, by its certificate. */
  public ProviderView trustCertificates(Caller caller, String nameOrId, String pem) {
    return trust(caller, nameOrId, KmsCertificates.certificates(pem));
  }

  private ProviderView trust(Caller caller, String nameOrId, List<X509Certificate> more) {
    String fingerprints =
        more.stream().map(CertificateAuthority::fingerprint).collect(Collectors.joining(", "));
    providers.change(
        caller,
        "provider.trust",
        nameOrId,
        fingerprints,
        settings -> {
          Set<X509Certificate> trusted = new LinkedHashSet<>(settings.trusted());
          trusted.addAll(more);
          return settings.withTrusted(List.copyOf(trusted));
        });
    return providers.check(nameOrId);
  }

  /** Trusts a certificate no more. */
  public ProviderView distrust(Caller caller, String nameOrId, String fingerprint) {
    String wanted = KmsCertificates.normal(fingerprint);
    providers.change(
        caller,
        "provider.distrust",
        nameOrId,
        fingerprint,
        settings -> {
          List<X509Certificate> left =
              settings.trusted().stream()
                  .filter(it ->
                      !KmsCertificates.normal(CertificateAuthority.fingerprint(it)).equals(wanted))
                  .toList();
          if (left.size() == settings.trusted().size()) {
            throw new Refusal.NotFound(
                "fingerprint_not_trusted",
                "No certificate with the fingerprint "
                    + fingerprint
                    + " is trusted here. Nothing was changed.");
          }
          return settings.withTrusted(left);
        });
    return providers.check(nameOrId);
  }

  /** Who the manager is to a KMS. */
  public KmsSettings.Identity identity(String nameOrId) {
    return transactions.in(
        stores -> StandardProviders.required(stores, nameOrId).settings().identity());
  }

  /** A new key and a certificate that it signed itself; the old one is gone then. */
  public KmsSettings.Identity generate(Caller caller, String nameOrId) {
    KmsSettings.Identity fresh = certificates.generated(id(nameOrId), clock.instant());
    return replace(caller, "provider.identity_generate", nameOrId, fresh);
  }

  /** A new key and a request for it; the present certificate stays in use meanwhile. */
  public KmsSettings.Identity request(Caller caller, String nameOrId) {
    KmsSettings.Request request = certificates.requested(id(nameOrId));
    providers.change(
        caller,
        "provider.identity_request",
        nameOrId,
        "",
        settings -> {
          KmsSettings.Identity now = settings.identity();
          return settings.withIdentity(
              new KmsSettings.Identity(
                  now.source(), now.chain(), now.sealedKey(), Optional.of(request)));
        });
    return identity(nameOrId);
  }

  /** Takes the certificate that was signed for the waiting request. */
  public KmsSettings.Identity signed(Caller caller, String nameOrId, String pem) {
    UUID id = id(nameOrId);
    providers.change(
        caller,
        "provider.identity_signed",
        nameOrId,
        "",
        settings -> settings.withIdentity(certificates.signed(id, settings, pem)));
    return identity(nameOrId);
  }

  /** Takes a certificate and its private key; {@code key} stays the caller's. */
  public KmsSettings.Identity upload(
      Caller caller, String nameOrId, String certificate, SecretBytes key) {
    KmsSettings.Identity fresh = certificates.uploaded(id(nameOrId), certificate, key);
    return replace(caller, "provider.identity_upload", nameOrId, fresh);
  }

  private KmsSettings.Identity replace(
      Caller caller, String action, String nameOrId, KmsSettings.Identity fresh) {
    providers.change(
        caller,
        action,
        nameOrId,
        "certificate " + CertificateAuthority.fingerprint(fresh.certificate()),
        settings -> settings.withIdentity(fresh));
    return identity(nameOrId);
  }

  /** Sets the KMIP user and password; {@code password} stays the caller's. */
  public void login(Caller caller, String nameOrId, String user, Optional<SecretBytes> password) {
    if (user.isBlank() || user.length() > 200) {
      throw new Refusal.Invalid(
          "user_invalid", "A KMIP user has 1 to 200 characters. Nothing was changed.");
    }
    UUID id = id(nameOrId);
    Optional<byte[]> sealed = password.map(it -> vault.seal(id, Vault.Use.PASSWORD, it));
    providers.change(
        caller,
        "provider.login",
        nameOrId,
        "user " + user,
        settings -> settings.withLogin(Optional.of(new KmsSettings.Login(user, sealed))));
  }

  /** Has the manager give no user any more, only its certificate. */
  public void withoutLogin(Caller caller, String nameOrId) {
    providers.change(
        caller,
        "provider.login",
        nameOrId,
        "no user",
        settings -> settings.withLogin(Optional.empty()));
  }

  private UUID id(String nameOrId) {
    return transactions.in(stores -> StandardProviders.required(stores, nameOrId).entry().id());
  }
}
