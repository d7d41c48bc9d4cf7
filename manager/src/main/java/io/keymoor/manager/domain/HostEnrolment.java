package io.keymoor.manager.domain;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Hpke;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCertificate;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * Gives hosts their certificates: new ones, and those that exist (H1). Whether they may have one is
 * decided before ({@link JoinTokens}). Thread-safe.
 *
 * @param audit the trail
 * @param issuer makes the certificates
 * @param identities knows which are in use
 * @param clock the time
 */
public record HostEnrolment(
    Audit audit, CertificateIssuer issuer, HostIdentities identities, InstantSource clock) {
  /**
   * What a host shows.
   *
   * @param name its name
   * @param csrPem request for its certificate
   * @param sealingKey its X25519 public key, base64
   */
  public record Keys(String name, String csrPem, String sealingKey) {}

  /** What a host gets; nothing of it is secret. */
  public record Grant(
      UUID host,
      String hostName,
      UUID cluster,
      String managerUrl,
      String caPem,
      String certificatePem) {}

  /**
   * The request in what a host shows.
   *
   * @throws Refusal.Invalid when something of it is unusable
   */
  static CertificateRequest request(Keys host) {
    requireSealingKey(host.sealingKey());
    try {
      return CertificateRequest.parse(host.csrPem());
    } catch (CryptoException unusable) {
      throw new Refusal.Invalid(
          "enrolment_request_damaged",
          unusable.getMessage() + " No host was added. Update Keymoor on the host.");
    }
  }

  private static void requireSealingKey(String base64) {
    boolean usable;
    try {
      usable = Base64.getDecoder().decode(base64).length == Hpke.PUBLIC_KEY_BYTES;
    } catch (IllegalArgumentException notBase64) {
      usable = false;
    }
    if (!usable) {
      throw new Refusal.Invalid(
          "enrolment_request_damaged",
          "The host showed no X25519 public key of 32 bytes. No host was added. Update Keymoor on"
              + " the host.");
    }
  }

  /** Takes a new host in: from now on its certificate opens the host link, and only that. */
  Grant enrol(Stores stores, Caller caller, UUID into, Keys shown, CertificateRequest request) {
    String name = Estate.validName("host", shown.name());
    Cluster cluster =
        stores
            .estate()
            .cluster(into.toString())
            .orElseThrow(() -> Refusal.NotFound.of("cluster", into.toString()));
    requireUnused(stores, shown.sealingKey());
    UUID id = UUID.randomUUID();
    X509Certificate certificate = issuer.forHost(id, request);
    Host host =
        new Host(
            id,
            name,
            cluster.id(),
            cluster.name(),
            new Host.Identity(
                shown.sealingKey(), CertificateAuthority.fingerprint(certificate), clock.instant()),
            Optional.empty(),
            new HostFacts("", "", "", false, Duration.ZERO),
            new HostCondition(0, "prepared", "", "", Optional.empty(), Optional.empty()));
    if (!stores.estate().insert(host)) {
      throw nameTaken(name);
    }
    stores
        .hostCertificates()
        .save(new HostCertificate(id, CertificateLife.of(certificate).ends(), Optional.empty()));
    audit.ok(
        stores,
        caller,
        Subject.of("host.enrol").on(host.ref()),
        "certificate " + host.identity().fingerprint());
    return grant(host, certificate);
  }

  private static Refusal.Conflict nameTaken(String name) {
    return new Refusal.Conflict(
        "host_name_taken",
        "There is a host called \""
            + name
            + "\". Nothing was changed, and the token can be used. Choose another name with --name;"
            + " for that host itself: keymoor host token create --host "
            + name);
  }

  /** Two hosts of one key to seal to would read each other's keys. */
  private static void requireUnused(Stores stores, String sealingKey) {
    for (Host host : stores.estate().hosts()) {
      if (host.identity().sealingKey().equals(sealingKey)) {
        throw new Refusal.Conflict(
            "enrolment_request_used",
            "This is the host \""
                + host.name()
                + "\", which this manager has. No host was added. For a new certificate: keymoor"
                + " host token create --host "
                + host.name()
                + " ; for another cluster: keymoor host move; a copy of another host's directory"
                + " must not join: use an empty one.");
      }
    }
  }

  /**
   * Gives a host that exists a new certificate: it keeps its id, its cluster and its VMs. Its
   * former certificates open nothing any more.
   *
   * @param reinstalled whether an administrator knows that it has lost its former keys
   */
  Grant again(
      Stores stores,
      Caller caller,
      UUID id,
      boolean reinstalled,
      Keys shown,
      CertificateRequest request) {
    Host host =
        stores.estate().lock(id).orElseThrow(() -> Refusal.NotFound.of("host", id.toString()));
    boolean sameKeys = host.identity().sealingKey().equals(shown.sealingKey());
    if (!sameKeys && !reinstalled) {
      throw new Refusal.Conflict(
          "enrolment_request_of_other_host",
          "This is not the host \""
              + host.name()
              + "\" as it was enrolled: it has another key to seal to. Nothing was changed, and the"
              + " token can be used. If the host was installed anew and lost its former keys, make a"
              + " token with: keymoor host token create --reinstalled --host "
              + host.name());
    }
    X509Certificate certificate = issuer.forHost(host.id(), request);
    String fingerprint = CertificateAuthority.fingerprint(certificate);
    identities.use(
        stores,
        host,
        new Host.Identity(shown.sealingKey(), fingerprint, clock.instant()),
        CertificateLife.of(certificate).ends());
    audit.ok(
        stores,
        caller,
        Subject.of("host.enrol_again").on(host.ref()),
        "certificate " + fingerprint + (sameKeys ? "" : ", installed anew"));
    return grant(host, certificate);
  }

  private Grant grant(Host host, X509Certificate certificate) {
    return new Grant(
        host.id(),
        host.name(),
        host.clusterId(),
        issuer.managerUrl(),
        issuer.authorityPem(),
        Pem.certificate(certificate));
  }
}
