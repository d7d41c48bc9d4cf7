package io.keymoor.host.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.command.CommandExecutor;
import io.keymoor.host.command.CommandRunner;
import io.keymoor.host.config.Enrolment;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.EnrolmentGrant;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.KeyDigest;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.LinkJson;
import io.keymoor.protocol.MissingKeys;
import io.keymoor.protocol.ProviderAssignment;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManagerLinkTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final long MOVED = 13;
  private static final LinkTiming QUICK =
      new LinkTiming(
          Duration.ofSeconds(20),
          Duration.ofSeconds(20),
          Duration.ofMillis(500),
          Duration.ofMillis(50),
          Duration.ofMillis(50));

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final AtomicInteger runs = new AtomicInteger();
  private final RememberingHost host = new RememberingHost();
  private final CopyOnWriteArrayList<AutoCloseable> open = new CopyOnWriteArrayList<>();

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

  private Enrolment enrolment() {
    TestHost enrolled = TestHost.enrolled(path.resolve("host"), manager);
    try (HostConfiguration configuration = enrolled.configuration()) {
      return Enrolment.load(enrolled.directory(), configuration);
    }
  }

  private CommandOutcome succeed(HostCommand command, CommandControl control) {
    runs.incrementAndGet();
    return new CommandOutcome.Succeeded(command.id(), "Done.", List.of(), Optional.empty());
  }

  private CommandRunner runner(CommandExecutor executor) {
    CommandRunner runner = new CommandRunner(path.resolve("commands"), executor, 2);
    open.add(runner);
    runner.start();
    return runner;
  }

  private ManagerLink link(Enrolment enrolment, CommandRunner runner) {
    ManagerLink link = new ManagerLink(enrolment, host, runner, QUICK, RANDOM);
    open.add(link);
    link.start();
    return link;
  }

  @Test
  void theHostSaysHelloAndReportsAtOnceAndOnChange() {
    ManagerLink link = link(enrolment(), runner(this::succeed));
    eventually(() -> assertThat(manager.hellos()).hasSize(1));
    eventually(() -> assertThat(manager.reports()).isNotEmpty());
    int reports = manager.reports().size();
    link.changed();
    eventually(() -> assertThat(manager.reports()).hasSizeGreaterThan(reports));
  }

  @Test
  void aCommandIsRunAndItsOutcomeToldAndForgotten() {
    CommandRunner runner = runner(this::succeed);
    link(enrolment(), runner);
    manager.command(new HostCommand.StartVm("c1", WEB));
    eventually(() -> assertThat(manager.outcomes()).hasSize(1));
    eventually(() -> assertThat(runner.known()).isEmpty());
    assertThat(runs).hasValue(1);
  }

  @Test
  void aLostAcknowledgementMakesTheOutcomeComeAgainAndTheCommandNotRunAgain() {
    manager.loseAcknowledgements(2);
    CommandRunner runner = runner(this::succeed);
    link(enrolment(), runner);
    manager.command(new HostCommand.StartVm("c1", WEB));
    eventually(() -> assertThat(runner.known()).isEmpty());
    eventually(() -> assertThat(manager.outcomes()).hasSizeGreaterThanOrEqualTo(3));
    assertThat(manager.outcomes().stream().distinct()).hasSize(1);
    assertThat(runs).hasValueGreaterThanOrEqualTo(1);
  }

  /** Or a VM that was just started would be off again in the manager's eyes. */
  @Test
  void aReportMadeBeforeAnOutcomeDoesNotComeAfterIt() throws Exception {
    ManagerLink link = link(enrolment(), runner(this::succeed));
    eventually(() -> assertThat(manager.reports()).isNotEmpty());
    CountDownLatch goOn = host.holdReports();
    link.changed();
    eventually(() -> assertThat(host.held).isNotEmpty());
    int before = manager.reports().size();
    manager.command(new HostCommand.StartVm("c1", WEB));
    eventually(() -> assertThat(manager.outcomes()).hasSize(1));

    goOn.countDown();
    eventually(() -> assertThat(manager.reports()).hasSizeGreaterThan(before));
    assertThat(manager.reports().stream().map(HostReport::encryptionModeDetail))
        .doesNotContain(host.held.getFirst());
  }

  @Test
  void progressIsToldAndAWishToCancelComesBack() {
    link(
        enrolment(),
        runner((command, control) -> {
          control.progress("copies disk:vda", 1, 10, "bytes");
          await().atMost(Duration.ofSeconds(60)).until(control::cancelled);
          return new CommandOutcome.Cancelled(command.id(), "As before.", Optional.empty());
        }));
    manager.command(new HostCommand.StartVm("c1", WEB));
    eventually(() ->
        assertThat(manager.progress())
            .anySatisfy(told -> assertThat(told.phase()).isEqualTo("copies disk:vda")));
    manager.cancel("c1");
    eventually(() ->
        assertThat(manager.outcomes())
            .containsExactly(new CommandOutcome.Cancelled("c1", "As before.", Optional.empty())));
  }

  @Test
  void aDesiredStateIsAppliedOnceAndItsRevisionToldFromThenOn() {
    Enrolment enrolment = enrolment();
    try (SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      ProviderAssignment lab = manager.assignment(UUID.randomUUID(), "lab", kdk);
      manager.desire(9, lab);
      link(enrolment, runner(this::succeed));
      eventually(() -> assertThat(host.applied).containsExactly(new DesiredState(9, List.of(lab))));
      eventually(() ->
          assertThat(manager.reports())
              .anySatisfy(report -> assertThat(report.desiredRevision()).isEqualTo(9)));
    }
  }

  @Test
  void anUpdateThatDoesNotOpenMakesTheHostAskInWhichClusterItIs() {
    Enrolment enrolment = enrolment();
    UUID other = UUID.randomUUID();
    manager.move(other);
    manager.deliver(new KeyUpdate(MOVED, false, List.of(), List.of(), List.of()));
    link(enrolment, runner(this::succeed));
    eventually(() -> assertThat(host.clusters).hasSizeGreaterThan(1).containsOnly(other));
  }

  @Test
  void anUpdateOfTheKeysIsAppliedAndItsRevisionToldFromThenOn() {
    Enrolment enrolment = enrolment();
    manager.deliver(
        new KeyUpdate(
            7,
            false,
            List.of(),
            List.of(),
            List.of(new MissingKeys(WEB, "The KMS is away.", List.of("key-1")))));
    link(enrolment, runner(this::succeed));
    eventually(() ->
        assertThat(manager.heldKeys())
            .anySatisfy(held -> assertThat(held.revision()).isEqualTo(7)));
    assertThat(manager.heldKeys().getFirst()).isEqualTo(HeldKeys.NONE);
  }

  @Test
  void theKekForTheHostsOwnKeyIsPassedOn() {
    HostKek kek = new HostKek(WEB, "host-key-1");
    manager.assignHostKek(kek);
    link(enrolment(), runner(this::succeed));
    eventually(() -> assertThat(host.hostKeks).contains(kek));
  }

  @Test
  void outcomesThatWaitedTogetherAreToldTogether() {
    CommandRunner runner = runner(this::succeed);
    runner.refuse("one", "command_unknown", "Nothing was changed.");
    runner.refuse("other", "command_unknown", "Nothing was changed.");
    link(enrolment(), runner);
    eventually(() -> assertThat(runner.outcomes()).isEmpty());
    assertThat(manager.outcomes().stream().map(CommandOutcome::id)).containsExactly("one", "other");
  }

  @Test
  void aCommandFromTheFutureFailsByNameAndTheOthersRun() {
    link(enrolment(), runner(this::succeed));
    manager.command(
        "new", "{\"command\":\"teleport-vm\",\"id\":\"new\",\"vm\":\"" + WEB + "\",\"to\":1}");
    manager.command("nameless", "{\"command\":\"teleport-vm\"}");
    manager.command(new HostCommand.StartVm("old", WEB));
    eventually(() -> assertThat(manager.outcomes()).hasSizeGreaterThanOrEqualTo(2));
    assertThat(manager.outcomes())
        .anySatisfy(outcome ->
            assertThat(outcome)
                .isInstanceOfSatisfying(
                    CommandOutcome.Failed.class,
                    failed -> {
                      assertThat(failed.id()).isEqualTo("new");
                      assertThat(failed.code()).isEqualTo("command_unknown");
                      assertThat(failed.sentence()).contains("teleport-vm", "Update Keymoor");
                    }));
    eventually(() -> assertThat(runs).hasValue(1));
  }

  @Test
  void theLinkOutlivesTheManager() {
    Enrolment enrolment = enrolment();
    manager.goAway();
    CommandRunner runner = runner(this::succeed);
    link(enrolment, runner);
    runner.submit(new HostCommand.StartVm("offline", WEB));
    eventually(() -> assertThat(runner.outcomes()).hasSize(1));
    assertThat(manager.hellos()).isEmpty();

    manager.comeBack();
    eventually(() -> assertThat(manager.outcomes()).hasSize(1));
    int hellos = manager.hellos().size();

    manager.goAway();
    manager.comeBack();
    eventually(() -> assertThat(manager.hellos()).hasSizeGreaterThan(hellos));
    manager.command(new HostCommand.StartVm("after", WEB));
    eventually(() -> assertThat(manager.outcomes()).hasSize(2));
  }

  @Test
  void aServerWithACertificateOfAnotherAuthorityIsNotSpokenTo() {
    TestHost enrolled = TestHost.initialised(path.resolve("host"));
    EnrolmentGrant genuine = manager.enrol(enrolled.request());
    CertificateAuthority other =
        CertificateAuthority.create("another CA", InstantSource.system(), RANDOM);
    SealedFile.replace(
        enrolled.directory().grant(),
        LinkJson.write(
            new EnrolmentGrant(
                genuine.hostId(),
                genuine.clusterId(),
                genuine.managerUrl(),
                Pem.certificate(other.certificate()),
                Pem.certificate(
                    other.issueClient(
                        CertificateRequest.parse(enrolled.request().csrPem()).publicKey(),
                        genuine.hostId().toString())))));
    try (HostConfiguration configuration = enrolled.configuration();
        LinkClient client = client(Enrolment.load(enrolled.directory(), configuration))) {
      assertThatThrownBy(
              () -> client.post("hello", host.hello(), HostHello.class, Duration.ofSeconds(20)))
          .isInstanceOf(LinkFailure.class)
          .hasMessageContaining("not this host's manager's");
    }
    assertThat(manager.hellos()).isEmpty();
  }

  private static LinkClient client(Enrolment enrolment) {
    return new LinkClient(enrolment.manager(), enrolment.identity());
  }

  @Test
  void waitsGrowToTheLimitAndBeginAnewAfterSuccess() {
    Backoff backoff = new Backoff(Duration.ofSeconds(30), RANDOM);
    long shortest = backoff.next();
    assertThat(shortest).isBetween(250L, 500L);
    for (int i = 0; i < 10; i++) {
      backoff.next();
    }
    assertThat(backoff.next()).isBetween(15_000L, 30_000L);
    backoff.reset();
    assertThat(backoff.next()).isBetween(250L, 500L);
  }

  /** A host without VMs that remembers what it was told. */
  private static final class RememberingHost implements LinkedHost {
    private final List<DesiredState> applied = new CopyOnWriteArrayList<>();
    private final List<UUID> clusters = new CopyOnWriteArrayList<>();
    private final AtomicLong revision = new AtomicLong();
    private final List<HostKek> hostKeks = new CopyOnWriteArrayList<>();
    private final AtomicReference<HeldKeys> keys = new AtomicReference<>(HeldKeys.NONE);
    private final AtomicInteger reports = new AtomicInteger();
    private final List<String> held = new CopyOnWriteArrayList<>();
    private volatile CountDownLatch goOn = new CountDownLatch(0);

    /** Holds up reports that are made, from now on until the latch is open. */
    CountDownLatch holdReports() {
      goOn = new CountDownLatch(1);
      return goOn;
    }

    @Override
    public HostHello hello() {
      return new HostHello(
          1, UUID.randomUUID(), "test", "unavailable", "unavailable", Instant.now(), false);
    }

    @Override
    public void inCluster(UUID cluster) {
      clusters.add(cluster);
    }

    @Override
    public HostReport report() {
      String number = "report " + reports.incrementAndGet();
      CountDownLatch latch = goOn;
      if (latch.getCount() > 0) {
        held.add(number);
        awaitOpen(latch);
      }
      return new HostReport(
          revision.get(),
          HostReport.EncryptionMode.PREPARED,
          number,
          Optional.empty(),
          Optional.empty(),
          "ok",
          List.of(),
          List.of());
    }

    private static void awaitOpen(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public Optional<TpmProver> tpm() {
      return Optional.empty();
    }

    @Override
    public long desiredRevision() {
      return revision.get();
    }

    @Override
    public void apply(DesiredState desired) {
      applied.add(desired);
      revision.set(desired.revision());
    }

    @Override
    public void hostKek(HostKek kek) {
      hostKeks.add(kek);
    }

    @Override
    public HeldKeys heldKeys() {
      return keys.get();
    }

    @Override
    public void apply(KeyUpdate update) {
      if (update.revision() == MOVED) {
        keys.set(
            new HeldKeys(MOVED, "held", KeyDigest.ofMissing(update.missing()), Optional.empty()));
        throw new IllegalStateException("sealed for another cluster");
      }
      keys.set(
          new HeldKeys(
              update.revision(), "held", KeyDigest.ofMissing(update.missing()), Optional.empty()));
    }
  }
}
