package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.domain.model.FormerCertificate;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCertificate;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who may speak for a host (H1): the certificate in use, and the next one once it was issued. The
 * first use of the next one makes it the only one, so that a host which crashed before it stored
 * its renewal still gets in, and a stolen old key stops working. Thread-safe.
 */
public final class HostIdentities {
  /** Renewals begin four months before the end: then this long before it they keep failing. */
  private static final Duration ALARM = Duration.ofDays(30);

  private static final Duration SEEN_ANEW = Duration.ofSeconds(1);

  private final Transactions transactions;
  private final Audit audit;
  private final CertificateIssuer issuer;
  private final InstantSource clock;

  public HostIdentities(
      Transactions transactions, Audit audit, CertificateIssuer issuer, InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * The host that holds this certificate.
   *
   * @throws Refusal.Forbidden when it is no host's, or no longer
   */
  public Host authenticate(UUID id, String fingerprint) {
    return transactions.in(stores -> {
      Host host =
          stores
              .estate()
              .host(id)
              .filter(known -> known.identity().fingerprint().equals(fingerprint))
              .orElseGet(() -> firstUse(stores, id, fingerprint));
      Instant now = clock.instant();
      // A host says several things a second when it works, and its row need not be written for
      // each.
      if (host.lastSeen().filter(seen -> seen.isAfter(now.minus(SEEN_ANEW))).isEmpty()) {
        stores.estate().seen(id, now);
      }
      return host;
    });
  }

  private Host firstUse(Stores stores, UUID id, String fingerprint) {
    // Locked: another connection of this host may be making the same step.
    Host host = stores.estate().lock(id).orElseThrow(() -> refused(stores, fingerprint));
    if (host.identity().fingerprint().equals(fingerprint)) {
      return host;
    }
    HostCertificate.Next next =
        stores
            .hostCertificates()
            .of(id)
            .flatMap(HostCertificate::next)
            .filter(issued -> issued.fingerprint().equals(fingerprint))
            .orElseThrow(() -> refused(stores, fingerprint));
    use(
        stores,
        host,
        new Host.Identity(
            host.identity().sealingKey(), next.fingerprint(), host.identity().enrolled()),
        next.expires());
    return stores.estate().host(id).orElse(host);
  }

  /** Makes {@code identity} the only one of the host; what it had before opens nothing any more. */
  void use(Stores stores, Host host, Host.Identity identity, Instant expires) {
    retire(stores, host, FormerCertificate.Reason.REPLACED, identity.fingerprint());
    stores.estate().replaceIdentity(host.id(), identity);
    stores.hostCertificates().save(new HostCertificate(host.id(), expires, Optional.empty()));
  }

  /** Remembers the host's certificates as former ones, but {@code kept}. */
  void retire(Stores stores, Host host, FormerCertificate.Reason reason, String kept) {
    Optional<String> next =
        stores
            .hostCertificates()
            .of(host.id())
            .flatMap(HostCertificate::next)
            .map(HostCertificate.Next::fingerprint);
    for (String fingerprint :
        next.map(issued -> List.of(host.identity().fingerprint(), issued))
            .orElseGet(() -> List.of(host.identity().fingerprint()))) {
      if (!fingerprint.equals(kept)) {
        stores
            .hostCertificates()
            .retire(new FormerCertificate(fingerprint, host.name(), reason, clock.instant()));
      }
    }
  }

  /** Issues the host's next certificate, PEM; one that was issued before and not used is void. */
  public String renew(Host host, String csrPem) {
    CertificateRequest request = request(csrPem);
    return transactions.in(stores -> {
      Host now = stores.estate().lock(host.id()).orElseThrow(HostIdentities::notEnrolled);
      X509Certificate certificate = issuer.forHost(host.id(), request);
      HostCertificate.Next next =
          new HostCertificate.Next(
              CertificateAuthority.fingerprint(certificate),
              CertificateLife.of(certificate).ends());
      Optional<HostCertificate> known = stores.hostCertificates().of(host.id());
      // Of a host that an earlier version enrolled nothing is known but that it got in.
      Instant expires = known.map(HostCertificate::expires).orElseGet(clock::instant);
      stores.hostCertificates().save(new HostCertificate(host.id(), expires, Optional.of(next)));
      audit.write(
          stores,
          CertificateIssuer.HOST_PREFIX + now.name(),
          "",
          Subject.of("host.renew_certificate").on(now.ref()),
          "ok",
          "certificate " + next.fingerprint());
      return Pem.certificate(certificate);
    });
  }

  private static CertificateRequest request(String csrPem) {
    try {
      return CertificateRequest.parse(csrPem);
    } catch (CryptoException unusable) {
      throw new Refusal.Invalid(
          "renewal_request_damaged", unusable.getMessage() + " The certificate was not renewed.");
    }
  }

  /** What is wrong with the host's certificate, for an administrator. */
  static Optional<String> complaint(Stores stores, Host host, Instant now) {
    Optional<Instant> ends =
        stores
            .hostCertificates()
            .of(host.id())
            .map(known -> known.next().map(HostCertificate.Next::expires).orElse(known.expires()));
    if (ends.isEmpty() || ends.get().minus(ALARM).isAfter(now)) {
      return Optional.empty();
    }
    return Optional.of(
        ends.get().isBefore(now)
            ? "The certificate of host "
                + host.name()
                + " ended on "
                + ends.get()
                + ": the host can't connect any more; its VMs run and start. Let it join again:"
                + " keymoor host token create --host "
                + host.name()
                + ", then keymoor host join on the host"
            : "The certificate of host "
                + host.name()
                + " ends on "
                + ends.get()
                + " and the host has not renewed it; see why in the log of its agent");
  }

  private static Refusal.Forbidden refused(Stores stores, String fingerprint) {
    return stores
        .hostCertificates()
        .former(fingerprint)
        .map(HostIdentities::former)
        .orElseGet(HostIdentities::notEnrolled);
  }

  private static Refusal.Forbidden former(FormerCertificate certificate) {
    return switch (certificate.reason()) {
      case REMOVED ->
          new Refusal.Forbidden(
              "host_removed",
              "The host "
                  + certificate.hostName()
                  + " was removed from this manager on "
                  + certificate.at()
                  + " and its certificate is revoked. It keeps its encrypted configuration, so its"
                  + " VMs run and start; it gets no news. To have it back, here or at another"
                  + " manager: keymoor host token create there, then keymoor host join on the"
                  + " host.");
      case REPLACED ->
          new Refusal.Forbidden(
              "host_certificate_replaced",
              "This certificate of host "
                  + certificate.hostName()
                  + " was replaced on "
                  + certificate.at()
                  + " and opens nothing any more. If the host shows it because its directory was"
                  + " restored from a backup, let it join again: keymoor host token create --host "
                  + certificate.hostName()
                  + " here, then keymoor host join on the host. If nobody restored anything, somebody has a"
                  + " copy of a key of this host.");
    };
  }

  private static Refusal.Forbidden notEnrolled() {
    return new Refusal.Forbidden(
        "host_not_enrolled",
        "No host was enrolled with this certificate. Nothing was done. Let it join:"
            + " keymoor host token create");
  }
}
