package io.keymoor.host.link;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.CryptoException;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.host.config.Enrolment;
import io.keymoor.protocol.RenewalGrant;
import io.keymoor.protocol.RenewalRequest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the host's certificate, with a new key, when two thirds of its life are over; a little
 * later at random, so that hosts enrolled together don't come together. What fails is tried again
 * until it succeeds or the certificate has ended.
 *
 * <p>Guarantee: the new identity is durable before it is presented, and the manager keeps accepting
 * the old one until the new one was presented: killed at any moment, the host has one that works.
 * The key to which the manager seals keys does not change. Thread-safe.
 */
public final class CertificateRenewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);
  private static final int SPREAD = 20;
  private static final Duration CALL = Duration.ofSeconds(30);
  private static final Duration CLOSING = Duration.ofSeconds(2);

  private final LinkClient client;
  private final Keeper keeper;
  private final Consumer<TlsIdentity> present;
  private final Pace pace;
  private final SecureRandom random;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private TlsIdentity identity;
  private boolean told;

  /** Keeps an identity. */
  @FunctionalInterface
  public interface Keeper {
    /** Returns when {@code key} and {@code certificate} would survive a power loss. */
    void keep(TlsIdentity renewed);
  }

  /**
   * When to look.
   *
   * @param clock the time
   * @param look the longest time between two looks at the clock, which somebody may set
   * @param retry the longest time between two attempts
   */
  public record Pace(InstantSource clock, Duration look, Duration retry) {
    /** What agents use. */
    public static Pace usual() {
      return new Pace(InstantSource.system(), Duration.ofMinutes(10), Duration.ofHours(1));
    }
  }

  /**
   * A renewal that begins with {@link #start}.
   *
   * @param present what shows the identity to the manager from then on
   */
  public CertificateRenewal(
      Enrolment enrolment,
      Keeper keeper,
      Consumer<TlsIdentity> present,
      Pace pace,
      SecureRandom random) {
    this.identity = enrolment.identity();
    this.client = new LinkClient(enrolment.manager(), identity);
    this.keeper = keeper;
    this.present = present;
    this.pace = pace;
    this.random = random;
    this.thread = Thread.ofVirtual().name("renewal").unstarted(this::run);
  }

  /** Goes on until closed. */
  public void start() {
    thread.start();
  }

  @Override
  public void close() {
    closed.countDown();
    client.close();
    try {
      thread.join(CLOSING);
    } catch (InterruptedException enough) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Backoff backoff = new Backoff(pace.retry(), random);
    Instant due = due();
    try {
      while (closed.getCount() > 0) {
        warn();
        Duration left = Duration.between(pace.clock().instant(), due);
        if (left.isPositive()) {
          pause(left.compareTo(pace.look()) < 0 ? left : pace.look());
        } else if (attempt()) {
          due = due();
          backoff.reset();
        } else {
          pause(Duration.ofMillis(backoff.next()));
        }
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private void pause(Duration time) throws InterruptedException {
    closed.await(time.toMillis() + 1, TimeUnit.MILLISECONDS);
  }

  private Instant due() {
    CertificateLife life = CertificateLife.of(identity.certificate());
    long spread = life.length().dividedBy(SPREAD).toMillis();
    return life.renewal().plusMillis(random.nextLong(spread + 1));
  }

  /** Says once that the certificate is of no use, and what then is to be done. */
  private void warn() {
    CertificateLife life = CertificateLife.of(identity.certificate());
    Instant now = pace.clock().instant();
    if (!life.isOver(now) && !life.isAhead(now)) {
      told = false;
    } else if (!told) {
      told = true;
      LOG.error("{}", OwnCertificate.fault(life, now));
    }
  }

  private boolean attempt() throws InterruptedException {
    try {
      KeyPair keys = CertificateAuthority.newKeyPair(random);
      String name = CertificateAuthority.commonName(identity.certificate()).orElse("host");
      RenewalGrant grant =
          client.post(
              "renew",
              new RenewalRequest(CertificateRequest.pem(keys, name)),
              RenewalGrant.class,
              CALL);
      TlsIdentity renewed = checked(keys, grant);
      keeper.keep(renewed);
      identity = renewed;
      client.present(renewed);
      present.accept(renewed);
      LOG.info(
          "This host's certificate was renewed; the new one ends on {}.",
          CertificateLife.of(renewed.certificate()).ends());
      return true;
    } catch (LinkFailure failure) {
      LOG.debug("renew: {}", failure.reason());
    } catch (RuntimeException failure) {
      LOG.warn("This host's certificate could not be renewed yet. {}", failure.toString());
    }
    return false;
  }

  /** What does not work in place of the present one must not replace it. */
  private TlsIdentity checked(KeyPair keys, RenewalGrant grant) throws LinkFailure {
    try {
      X509Certificate renewed = Pem.certificate(grant.certificatePem());
      renewed.verify(identity.authority().getPublicKey());
      if (renewed.getPublicKey().equals(keys.getPublic())
          && renewed
              .getSubjectX500Principal()
              .equals(identity.certificate().getSubjectX500Principal())
          && !CertificateLife.of(renewed)
              .ends()
              .isBefore(CertificateLife.of(identity.certificate()).ends())) {
        return new TlsIdentity(keys.getPrivate(), renewed, identity.authority());
      }
    } catch (CryptoException | GeneralSecurityException unusable) {
      throw new LinkFailure("it sent a certificate that is none of its CA's", unusable);
    }
    throw new LinkFailure("it sent a certificate that can't replace this host's");
  }
}
