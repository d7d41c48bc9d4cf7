package io.keymoor.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.cli.client.Task;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.quickstart.scene.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A VM with an encrypted disk and a vTPM goes from host to host while agents die, and after a host
 * died; it runs on one host at any time and ends on one. The VM has a firmware and boots nothing:
 * what a guest sees of it is told by the seven questions.
 */
class MigrationTest {
  private static final String VM = "mover";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static ClusterLab lab;
  private static ClusterScene scene;

  @BeforeAll
  static void raise() {
    lab = ClusterLab.raised(false);
    scene = lab.scene();
    lab.makeTinyVm(VM, scene.host(1));
    scene.succeed(scene.client().encryptVm(VM, Optional.empty(), java.util.List.of()));
    scene.succeed(scene.client().addTpm(VM, Optional.empty()));
    scene.succeed(scene.client().startVm(VM));
  }

  @AfterAll
  static void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  /** Whatever happened: it runs on one host, which the manager names, and nothing is left over. */
  @AfterEach
  void itRunsOnOneHostAndNothingIsLeftOver() {
    Waiting.until(
        "the VM is defined on one host only",
        () -> scene.hosts().stream().filter(host -> host.knows(VM)).count() == 1);
    ClusterHost here = scene.whereRuns(VM).orElseThrow();
    awaitManagerToKnow(here);
    for (ClusterHost host : scene.hosts()) {
      Waiting.until(
          "host " + host.name() + " has no secret and no certificate left",
          () ->
              host.hypervisor().secrets().isEmpty()
                  && entries(host.libvirt().migrationCertificates()).isEmpty());
    }
    assertThat(lab.home(VM).resolve("vtpm")).isNotEmptyDirectory();
  }

  private static java.util.List<Path> entries(Path directory) {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void awaitManagerToKnow(ClusterHost here) {
    Waiting.until(
        "the manager says where it runs",
        () ->
            scene.client().vm(VM).path("host").asText().equals(here.name())
                && scene.client().vm(VM).path("power").asText().equals("RUNNING"));
  }

  private static ClusterHost source() {
    return scene.whereRuns(VM).orElseThrow();
  }

  private static ClusterHost destination() {
    ClusterHost source = source();
    return scene.hosts().stream()
        .filter(host -> !host.name().equals(source.name()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itGoesToAnotherHostAndTheManagerFollows() {
    ClusterHost to = destination();
    assertThat(lab.user().types("vm", "migrate", VM, "--to", to.name()).exitCode()).isZero();
    assertThat(to.runs(VM)).isTrue();
    assertThat(scene.client().vm(VM).path("host").asText()).isEqualTo(to.name());
  }

  @Test
  void aMigrationInClearIsRefusedByLibvirtAndOneOverTlsByTheHostItComesTo() {
    ClusterHost source = source();
    String uri = destination().libvirt().uri();
    assertThatThrownBy(() ->
            source.virsh("migrate", "--live", "--p2p", "--unsafe", VM, uri, "tcp://127.0.0.1"))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("TLS");
    assertThatThrownBy(() ->
            source.virsh(
                "migrate", "--live", "--p2p", "--tls", "--unsafe", VM, uri, "tcp://127.0.0.1"))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("keymoor vm migrate");
    assertThat(source.runs(VM)).isTrue();
  }

  @Test
  void aHostWhoseAgentIsGoneTakesNothingAndTheVmRunsOn() {
    ClusterHost source = source();
    ClusterHost to = destination();
    to.agent().kill();
    Task end = scene.end(scene.client().migrateVm(VM, to.name()));
    to.agent().start();
    scene.awaitOnline(to);
    assertThat(end.state()).isEqualTo(Task.State.FAILED);
    assertThat(end.detail()).contains("runs on where it was", "agent does not run");
    assertThat(source.runs(VM)).isTrue();
  }

  @Test
  void aHostItCantGoToIsRefusedBeforeAnythingBegins() {
    ClusterHost source = source();
    assertThat(lab.user().types("vm", "migrate", VM, "--to", source.name()).errors())
        .contains("is on host \"" + source.name() + "\" already. Nothing was changed.");
    assertThat(lab.user().types("vm", "migrate", VM, "--to", "nowhere").exitCode()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      names = {
        "MOVE_ANNOUNCED",
        "MOVE_RUNNING",
        "MOVE_ARRIVED",
        "MOVE_HANDED_OVER",
        "MOVE_FORGOTTEN"
      })
  void theTaskEndsAndTheVmRunsOnceAfterTheSourcesAgentDied(CrashPoint point) {
    ClusterHost source = source();
    ClusterHost to = destination();
    armed(source, point);
    String task = scene.client().migrateVm(VM, to.name());
    assertThat(source.agent().service().awaitExit(PATIENCE)).as("reached " + point).isTrue();
    revived(source);
    Task end = scene.end(task);
    assertThat(end.state()).as(end.detail()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(to.runs(VM)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = CrashPoint.class,
      names = {"ARRIVAL_EXPECTED", "ARRIVAL_ENDED"})
  void theTaskEndsAndTheVmRunsOnceAfterTheDestinationsAgentDied(CrashPoint point) {
    ClusterHost to = destination();
    armed(to, point);
    String task = scene.client().migrateVm(VM, to.name());
    assertThat(to.agent().service().awaitExit(PATIENCE)).as("reached " + point).isTrue();
    revived(to);
    assertThat(scene.end(task).state()).isIn(Task.State.SUCCEEDED, Task.State.FAILED);
  }

  @Test
  void theManagerMayDieMeanwhile() {
    ClusterHost to = destination();
    String task = scene.client().migrateVm(VM, to.name());
    scene.manager().kill();
    scene.manager().start();
    assertThat(scene.end(task).state()).isEqualTo(Task.State.SUCCEEDED);
    assertThat(to.runs(VM)).isTrue();
  }

  @Test
  void withTheManagerAwayRootOnItsHostSendsIt(@TempDir Path directory) throws IOException {
    ClusterHost source = source();
    ClusterHost to = destination();
    Path address = Files.writeString(directory.resolve("address"), to.address());
    scene.manager().kill();
    try {
      Path own = Files.writeString(directory.resolve("own"), source.address());
      assertThatThrownBy(() -> source.sends(VM, own)).hasMessageContaining("of this host itself");
      Path foreign =
          Files.writeString(
              directory.resolve("foreign"),
              to.address()
                  .replaceFirst("\"cluster\":\"[^\"]*", "\"cluster\":\"" + UUID.randomUUID()));
      assertThatThrownBy(() -> source.sends(VM, foreign)).hasMessageContaining("another cluster");
      assertThat(source.runs(VM)).isTrue();

      assertThat(source.sends(VM, address)).contains("runs on host " + to.name());
      assertThat(to.runs(VM)).isTrue();
    } finally {
      scene.manager().start();
    }
  }

  @Test
  void afterItsHostDiedItStartsElsewhereWithoutManagerAndNeverTwice() {
    ClusterHost lost = source();
    ClusterHost other = destination();
    assertThatThrownBy(() -> other.adopts(lab.home(VM)))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("A QEMU has the disk");
    scene.manager().kill();
    lost.cutPower();
    assertThatThrownBy(() -> other.adopts(lab.home(VM)))
        .isInstanceOf(ProgramFailed.class)
        .hasMessageContaining("runs on host " + lost.name() + ", or did when");
    Waiting.until("the lost host counts as silent", () -> adopted(other));
    other.virsh("start", VM);
    assertThat(other.runs(VM)).isTrue();
    lost.comesBack();
    assertThatThrownBy(() -> lost.virsh("start", VM))
        .hasMessageContaining("runs on host " + other.name());
    scene.manager().start();
    scene.awaitOnline(lost);
    Waiting.until(
        "the manager says that it is there",
        () -> scene.client().vm(VM).path("host").asText().equals(other.name()));
    lost.virsh("undefine", "--keep-tpm", VM);
  }

  private static boolean adopted(ClusterHost host) {
    try {
      host.adopts(lab.home(VM), "--fenced");
      return true;
    } catch (ProgramFailed notYet) {
      if (!String.valueOf(notYet.getMessage()).contains("that it is alive")) {
        throw new StoryFailed("It was not adopted: " + notYet.getMessage(), notYet);
      }
      return false;
    }
  }

  private static void armed(ClusterHost host, CrashPoint point) {
    host.agent().stop();
    host.agent().service().property(CrashTrigger.PROPERTY, point.name());
    host.agent().start();
    scene.awaitOnline(host);
    awaitManagerToKnow(source());
  }

  private static void revived(ClusterHost host) {
    host.agent().service().withoutProperties();
    host.agent().start();
    scene.awaitOnline(host);
  }
}
