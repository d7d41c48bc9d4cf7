package io.keymoor.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateLife;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.RenewalGrant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateRenewalTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final List<TlsIdentity> presented = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable part : open.reversed()) {
      part.close();
    }
    manager.close();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(60)).untilAsserted(assertion);
  }

  private static Enrolment enrolment(TestHost host) {
    try (HostConfiguration configuration = host.configuration()) {
      return Enrolment.load(host.directory(), configuration);
    }
  }

  private void renewal(Enrolment enrolment, CertificateRenewal.Keeper keeper) {
    CertificateRenewal renewal =
        new CertificateRenewal(
            enrolment,
            keeper,
            presented::add,
            new CertificateRenewal.Pace(now::get, Duration.ofMillis(20), Duration.ofMillis(100)),
            RANDOM);
    open.add(renewal);
    renewal.start();
  }

  private CertificateRenewal.Keeper keeperOf(TestHost host) {
    HostConfiguration configuration = host.configuration();
    open.add(configuration);
    return renewed -> configuration.replaceIdentity(renewed.key(), renewed.certificate());
  }

  private static CertificateLife life(Enrolment enrolment) {
    return CertificateLife.of(enrolment.identity().certificate());
  }

  @Test
  void aCertificateIsRenewedInTimeWithANewKeyAndTheNextAgentPresentsTheNewOne() {
    TestHost host = TestHost.enrolled(path, manager);
    Enrolment first = enrolment(host);
    renewal(first, keeperOf(host));
    now.set(life(first).renewal().minus(Duration.ofDays(1)));
    now.set(life(first).ends().minus(Duration.ofDays(60)));

    eventually(() -> assertThat(presented).isNotEmpty());
    Enrolment second = enrolment(host);
    assertThat(second.hostId()).isEqualTo(first.hostId());
    assertThat(second.identity().certificate()).isEqualTo(presented.getLast().certificate());
    assertThat(second.identity().key()).isNotEqualTo(first.identity().key());
    assertThat(TlsIdentity.belongTogether(second.identity().key(), second.identity().certificate()))
        .isTrue();
    assertThat(manager.renewals().getFirst())
        .as("asked for with the old certificate")
        .isEqualTo(CertificateAuthority.fingerprint(first.identity().certificate()));
  }

  @Test
  void nothingIsRenewedBeforeItsTime() {
    TestHost host = TestHost.enrolled(path, manager);
    Enrolment first = enrolment(host);
    now.set(life(first).renewal().minus(Duration.ofMinutes(1)));
    renewal(first, keeperOf(host));
    await().during(Duration.ofMillis(300)).until(() -> manager.renewals().isEmpty());
  }

  @Test
  void aHostThatCouldNotStoreItsRenewalKeepsTheOldIdentityAndAsksAgain() {
    TestHost host = TestHost.enrolled(path, manager);
    Enrolment first = enrolment(host);
    CertificateRenewal.Keeper keeper = keeperOf(host);
    List<TlsIdentity> lost = new CopyOnWriteArrayList<>();
    now.set(life(first).ends().minus(Duration.ofDays(60)));
    renewal(
        first,
        renewed -> {
          if (lost.isEmpty()) {
            lost.add(renewed);
            throw new IllegalStateException("the disk is full");
          }
          keeper.keep(renewed);
        });

    eventually(() -> assertThat(presented).isNotEmpty());
    assertThat(manager.renewals().subList(0, 2))
        .as("the old certificate was used as long as the new one was not stored")
        .containsOnly(CertificateAuthority.fingerprint(first.identity().certificate()));
    assertThat(presented).doesNotContainAnyElementsOf(lost);
  }

  @Test
  void whileTheManagerIsAwayItIsTriedAgain() {
    TestHost host = TestHost.enrolled(path, manager);
    Enrolment first = enrolment(host);
    manager.goAway();
    now.set(life(first).ends().minus(Duration.ofDays(60)));
    renewal(first, keeperOf(host));
    await().during(Duration.ofMillis(300)).until(presented::isEmpty);
    manager.comeBack();
    eventually(() -> assertThat(presented).isNotEmpty());
  }

  @Test
  void aCertificateForAnotherKeyOrOfAnotherAuthorityReplacesNothing() throws Exception {
    TestHost host = TestHost.enrolled(path, manager);
    Enrolment first = enrolment(host);
    try (FakeManager other = new FakeManager()) {
      TestHost theirs = TestHost.enrolled(path.resolve("other"), other);
      manager.answerRenewals(
          LinkJson.write(
              new RenewalGrant(
                  io.keymoor.crypto.Pem.certificate(enrolment(theirs).identity().certificate()))));
    }
    now.set(life(first).ends().minus(Duration.ofDays(60)));
    renewal(first, keeperOf(host));
    eventually(() -> assertThat(manager.renewals()).hasSizeGreaterThan(1));
    manager.answerRenewals(
        LinkJson.write(
            new RenewalGrant(io.keymoor.crypto.Pem.certificate(first.identity().certificate()))));
    int asked = manager.renewals().size();
    eventually(() -> assertThat(manager.renewals()).hasSizeGreaterThan(asked + 1));
    assertThat(presented).isEmpty();
    assertThat(enrolment(host).identity().certificate()).isEqualTo(first.identity().certificate());
  }

  @Test
  void aRenewedHostIsEnrolledAgainWithAFreshRequestAndNotWithItsFirstOne() throws Exception {
    TestHost host = TestHost.enrolled(path, manager);
    byte[] firstRequest = Files.readAllBytes(host.directory().request());
    Enrolment first = enrolment(host);
    try (HostConfiguration configuration = host.configuration()) {
      TlsIdentity renewed = manager.renewed(first);
      configuration.replaceIdentity(renewed.key(), renewed.certificate());
    }
    try (FakeManager elsewhere = new FakeManager()) {
      // With the first request at another manager: its certificate is for a key that is gone.
      Files.write(host.directory().grant(), LinkJson.write(elsewhere.enrol(host.request())));
      assertThatThrownBy(() -> enrolment(host))
          .isInstanceOf(ConfigurationException.GrantRefused.class)
          .hasMessageContaining("before this host's certificate was renewed")
          .hasMessageContaining("keymoor host join");

      host.requestAgain();
      assertThat(Files.readAllBytes(host.directory().request())).isNotEqualTo(firstRequest);
      Files.write(host.directory().grant(), LinkJson.write(elsewhere.enrol(host.request())));
      assertThat(enrolment(host).hostId()).isEqualTo(elsewhere.hostId());
    }
  }

  @Test
  void aHostThatWasNeverRenewedWritesItsRequestAgainForTheSameKey() throws Exception {
    TestHost host = TestHost.enrolled(path, manager);
    String sealing = host.request().sealingPublicKey();
    Files.delete(host.directory().request());
    host.requestAgain();
    assertThat(host.request().sealingPublicKey()).isEqualTo(sealing);
    Files.write(host.directory().grant(), LinkJson.write(manager.enrol(host.request())));
    assertThat(enrolment(host).hostId()).isEqualTo(manager.hostId());
  }

  @Test
  void aCertificateOutOfItsTimeIsExplained() {
    Instant begins = Instant.parse("2026-01-01T00:00:00Z");
    CertificateLife life = new CertificateLife(begins, begins.plus(Duration.ofDays(398)));
    assertThat(OwnCertificate.fault(life, life.ends().plusSeconds(1)))
        .contains("ended on 2027-02-03")
        .contains("VMs run and start without it")
        .contains("keymoor host token create --host NAME")
        .contains("keymoor host join");
    assertThat(OwnCertificate.fault(life, begins.minusSeconds(1))).contains("set the clock");
  }

  @Test
  void anotherManagerAtTheAddressIsExplained() throws Exception {
    Enrolment enrolment = enrolment(TestHost.enrolled(path.resolve("one"), manager));
    try (FakeManager other = new FakeManager();
        LinkClient client =
            new LinkClient(
                enrolment(TestHost.enrolled(path.resolve("two"), other)).manager(),
                enrolment.identity())) {
      assertThatThrownBy(() ->
              client.post("poll", Optional.empty(), RenewalGrant.class, Duration.ofSeconds(20)))
          .isInstanceOf(LinkFailure.class)
          .hasMessageContaining("a certificate that is not this host's manager's");
    }
  }

  @Test
  void theManagersWordsReachTheLogInOneLine() {
    byte[] problem =
        "{\"code\":\"host_removed\",\"detail\":\"The host kvm1\\nwas removed.\"}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(LinkWords.refusal("poll", 403, problem))
        .isEqualTo("it does not let this host in (status 403): The host kvm1 was removed.");
    assertThat(LinkWords.refusal("poll", 500, new byte[0]))
        .isEqualTo("it answered poll with status 500");
  }
}
