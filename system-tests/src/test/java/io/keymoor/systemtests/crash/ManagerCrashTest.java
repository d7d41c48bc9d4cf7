package io.keymoor.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.client.Rewriting;
import io.keymoor.cli.client.Task;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.hypervisor.BlockCopies;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.CommandLineUser;
import io.keymoor.systemtests.testing.Lab;
import io.keymoor.systemtests.testing.LeftOver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The manager is killed while a task is on its way: the task, once stored, ends well, and what it
 * was about is whole. At last it is gone for good (M4): another one with the backup of the provider
 * has the VM open again.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ManagerCrashTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final int MIB = 1024 * 1024;
  private static final int COPIED = 24 * MIB;
  private static final Rewriting SLOWLY = new Rewriting(Optional.of("live"), MIB / 4);

  private static Lab lab;
  private static Guest guest;
  private static MortalAgent agent;
  private static VmState vm;

  /** How far the task is when the manager is killed. */
  enum Moment {
    QUEUED,
    TAKEN_BY_THE_HOST,
    RUNNING,
    OUTCOME_STORED_BY_THE_HOST_ONLY
  }

  /** What the task does, and the points at which its host has just begun and just finished. */
  enum Work {
    ENCRYPT(CrashPoint.ENCRYPT_JOURNAL_WRITTEN, CrashPoint.ENCRYPT_FINISHED),
    REKEY(CrashPoint.REKEY_JOURNAL_WRITTEN, CrashPoint.REKEY_FINISHED);

    private final CrashPoint begun;
    private final CrashPoint finished;

    Work(CrashPoint begun, CrashPoint finished) {
      this.begun = begun;
      this.finished = finished;
    }
  }

  /** One kill of the manager. */
  record Kill(Work work, Moment moment) {
    @Override
    public String toString() {
      return work + " " + moment;
    }
  }

  @BeforeAll
  static void raiseLab() {
    Lab.requireTools();
    lab = Lab.raised();
    guest = lab.prepareGuest();
    agent = new MortalAgent(lab.scene());
    vm = new VmState(lab);
  }

  @AfterAll
  static void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  static List<Kill> kills() {
    List<Kill> kills = new ArrayList<>();
    for (Moment moment : Moment.values()) {
      for (Work work : Work.values()) {
        kills.add(new Kill(work, moment));
      }
    }
    return kills;
  }

  @Order(1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("kills")
  void theTaskEndsWellThoughTheManagerIsKilledWhenItIs(Kill kill) {
    prepareFor(kill.work());
    String keyBefore = kill.work() == Work.REKEY ? lab.scene().keyIdOf(guest.name()) : "";
    Task end = lab.end(orderAndKill(kill));
    assertThat(end.state()).as(end.detail()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(vm.encrypted()).isTrue();
    vm.requireWhole();
    assertThat(lab.scene().keyIdOf(guest.name())).isNotEqualTo(keyBefore);
    if (kill.work() == Work.REKEY) {
      lab.boot();
      guest.requireSameContents();
      guest.powerOff();
    }
  }

  @Order(2)
  @Test
  void aPausedTaskStandsStillThoughAgentAndManagerAreKilledAndGoesOnWhenItIsResumed() {
    prepareFor(Work.ENCRYPT);
    if (!vm.running()) {
      lab.boot();
    }
    Map<String, String> written = new HashMap<>();
    written.put("kept", guest.writeFile("kept", COPIED));
    String task = lab.client().encryptVm(guest.name(), Optional.empty(), List.of(), SLOWLY);
    Awaitility.await().atMost(LONG).until(() -> lab.client().tasks().find(task).done() > 0);
    type("task", "pause", task);
    awaitPaused(task, "while the VM runs");
    for (String name : List.of("one", "two", "three")) {
      written.put(name, guest.writeFile(name, MIB));
    }
    long left = leftToCopy();

    lab.scene().agent().kill();
    killAndStart(lab.scene());
    assertThat(leftToCopy()).as("it stands still alone, too").isGreaterThan(left - MIB);
    agent.start(Optional.empty());
    awaitPaused(task, "begins anew");
    assertThat(copy()).as("an agent that starts ends the copy").isEmpty();
    type("task", "resume", task, "--no-wait");
    Awaitility.await().atMost(LONG).until(() -> copy().isPresent());
    lab.scene().hypervisor().blockCopies().limit(guest.id(), "vda", 0);
    lab.succeed(task);
    written.forEach((name, sum) -> assertThat(guest.checksum(name)).isEqualTo(sum));
    guest.requireSameContents();
    vm.requireWhole();
    guest.powerOff();
    lab.boot();
    written.forEach((name, sum) -> assertThat(guest.checksum(name)).isEqualTo(sum));
  }

  private static void type(String... command) {
    CommandLineUser.Answer answer = lab.user().types(command);
    assertThat(answer.exitCode()).as(answer.toString()).isZero();
  }

  private static void awaitPaused(String task, String phase) {
    Awaitility.await()
        .atMost(LONG)
        .ignoreExceptions()
        .untilAsserted(() -> {
          Task now = lab.client().tasks().find(task);
          assertThat(now.state()).isEqualTo(Task.State.PAUSED);
          assertThat(now.phase()).contains(phase);
        });
  }

  private static Optional<BlockCopies.Progress> copy() {
    return lab.scene().hypervisor().blockCopies().progress(guest.id(), "vda");
  }

  private static long leftToCopy() {
    return copy().map(progress -> progress.total() - progress.done()).orElseThrow();
  }

  /** The last, because the lab's manager is another one afterwards. */
  @Order(3)
  @Test
  void aNewManagerWithTheBackupOpensTheVmOfTheOneThatIsLost() {
    prepareFor(Work.REKEY);
    if (vm.running()) {
      guest.powerOff();
    }
    Scene scene = lab.scene();
    loseManager(scene);
    scene.manager().init();
    scene.manager().start();

    try (NewManager manager = new NewManager(scene)) {
      manager.restoreProvider();
      manager.takeHost();
      manager.register(guest.name());
      manager.succeed(manager.client().startVm(guest.name()));
      guest.awaitUp();
      guest.requireSameContents();
      String before = manager.knownKeyId(guest.name());
      manager.succeed(manager.client().rekeyVm(guest.name(), Optional.empty()));
      assertThat(manager.knownKeyId(guest.name())).as("another key").isNotEqualTo(before);
      guest.requireSameContents();
    }
  }

  /**
   * With its database and its directory, which goes to where nobody looks for it: what of
   * PostgreSQL outlives its first process for a moment may still write there.
   */
  private static void loseManager(Scene scene) {
    scene.manager().kill();
    Path directory = scene.places().manager();
    LeftOver.endPostgres(directory.resolve("postgres"));
    try {
      Files.move(directory, directory.resolveSibling("lost"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void prepareFor(Work work) {
    if (!lab.scene().agent().service().running()) {
      agent.start(Optional.empty());
    }
    if (vm.encrypted() && work == Work.ENCRYPT) {
      lab.succeed(lab.client().decryptVm(guest.name(), List.of()));
    }
    if (!vm.encrypted() && work == Work.REKEY) {
      lab.succeed(order(Work.ENCRYPT));
    }
  }

  private static String order(Work work) {
    return switch (work) {
      case ENCRYPT -> lab.client().encryptVm(guest.name(), Optional.empty(), List.of());
      case REKEY -> lab.client().rekeyVm(guest.name(), Optional.empty());
    };
  }

  /** Afterwards manager and agent run. */
  private static String orderAndKill(Kill kill) {
    Scene scene = lab.scene();
    return switch (kill.moment()) {
      case QUEUED -> {
        scene.agent().stop();
        String task = order(kill.work());
        killAndStart(scene);
        agent.start(Optional.empty());
        yield task;
      }
      case TAKEN_BY_THE_HOST -> {
        agent.armFor(kill.work().begun);
        String task = order(kill.work());
        agent.awaitDeath();
        killAndStart(scene);
        agent.start(Optional.empty());
        yield task;
      }
      case RUNNING -> {
        String task = order(kill.work());
        Awaitility.await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> lab.client().tasks().find(task).state() != Task.State.QUEUED);
        killAndStart(scene);
        yield task;
      }
      case OUTCOME_STORED_BY_THE_HOST_ONLY -> {
        agent.armFor(kill.work().finished);
        String task = order(kill.work());
        agent.awaitDeath();
        scene.manager().kill();
        agent.start(Optional.empty());
        Awaitility.await().atMost(PATIENCE).until(() -> !outcomes().isEmpty());
        scene.manager().start();
        yield task;
      }
    };
  }

  private static void killAndStart(Scene scene) {
    scene.manager().kill();
    scene.manager().start();
  }

  private static List<Path> outcomes() {
    try (Stream<Path> files = Files.list(lab.scene().places().host().resolve("commands"))) {
      return files.filter(file -> file.toString().endsWith(".outcome")).toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
