package io.keymoor.systemtests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.client.Task;
import io.keymoor.quickstart.scene.ClusterGuest;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The seven questions that every release answers, for native and standard providers: on three
 * libvirt hosts with real guests, each with an encrypted disk and a vTPM in which it keeps
 * something.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SevenQuestionsTest {
  private static ClusterLab lab;
  private static ClusterScene scene;
  private static final Map<Kind, ClusterGuest> GUESTS = new EnumMap<>(Kind.class);
  private static boolean rebooted;

  /** Types of provider. */
  enum Kind {
    NATIVE(ClusterScene.NATIVE),
    STANDARD(ClusterScene.STANDARD);

    private final String provider;

    Kind(String provider) {
      this.provider = provider;
    }

    String lower() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  @BeforeAll
  static void raise() {
    lab = ClusterLab.raised(true);
    scene = lab.scene();
    for (Kind kind : Kind.values()) {
      lab.makeTinyVm("plain-" + kind.lower(), scene.host(1));
    }
  }

  @AfterAll
  static void tearDown() {
    GUESTS.values().forEach(ClusterGuest::close);
    if (lab != null) {
      lab.close();
    }
  }

  private static ClusterGuest guest(Kind kind) {
    return Objects.requireNonNull(GUESTS.get(kind));
  }

  private static ClusterHost where(Kind kind) {
    return scene.whereRuns(guest(kind).name()).orElseThrow();
  }

  private static void requireSame(Kind kind) {
    guest(kind).requireSameContents(where(kind));
    guest(kind).requireSameTpm(where(kind));
  }

  @Order(1)
  @ParameterizedTest
  @EnumSource
  void question1CreateAVmAndAddAVtpm(Kind kind) {
    ClusterGuest guest = ClusterGuest.make(scene, "vm-" + kind.lower(), scene.host(1));
    GUESTS.put(kind, guest);
    Optional<String> provider = Optional.of(kind.provider);
    scene.succeed(scene.client().encryptVm(guest.name(), provider, List.of()));
    scene.succeed(scene.client().addTpm(guest.name(), provider));
    scene.succeed(scene.client().startVm(guest.name()));
    guest.awaitUp(scene.host(1));
    guest.storeInTpm(scene.host(1));
    requireSame(kind);
  }

  @Order(2)
  @ParameterizedTest
  @EnumSource
  void question2MigrateItToEveryHostOfTheCluster(Kind kind) {
    for (int number : new int[] {2, 3, 1}) {
      ClusterHost to = scene.host(number);
      scene.succeed(scene.client().migrateVm(guest(kind).name(), to.name()));
      guest(kind).hangUp();
      assertThat(where(kind).name()).isEqualTo(to.name());
      requireSame(kind);
    }
  }

  /** Beside the seven: this guest writes meanwhile, and what is compared is what it wrote. */
  @Order(3)
  @Test
  void aCancelledMigrationLeavesItWhereItWasWithItsFilesAndAnotherTakesThemAlong() {
    ClusterGuest guest = guest(Kind.NATIVE);
    ClusterHost from = where(Kind.NATIVE);
    ClusterHost to = scene.host(from.name().equals(scene.host(2).name()) ? 3 : 2);
    String written = guest.write(from, "before");

    from.virsh("migrate-setspeed", guest.name(), "1");
    String task = scene.client().migrateVm(guest.name(), to.name());
    Waiting.until("its memory is on its way", () -> scene.client().tasks().find(task).total() > 0);
    scene.client().tasks().cancel(task);
    Task end = scene.end(task);
    assertThat(end.state()).as(end.json().toString()).isEqualTo(Task.State.CANCELLED);
    assertThat(end.json().toString()).contains("runs on where it was");
    assertThat(to.runs(guest.name())).isFalse();
    assertThat(guest.read(from, "before")).isEqualTo(written);
    requireSame(Kind.NATIVE);

    from.virsh("migrate-setspeed", guest.name(), "1000");
    scene.succeed(scene.client().migrateVm(guest.name(), to.name()));
    guest.hangUp();
    assertThat(guest.read(to, "before")).as("what it wrote before").isEqualTo(written);
    String there = guest.write(to, "after");
    assertThat(guest.read(to, "after")).isEqualTo(there);
    requireSame(Kind.NATIVE);
  }

  @Order(4)
  @ParameterizedTest
  @EnumSource
  void question3RekeyIt(Kind kind) {
    String before = keyOf(kind);
    scene.succeed(scene.client().rekeyVm(guest(kind).name(), Optional.empty()));
    assertThat(keyOf(kind)).isNotEqualTo(before);
    requireSame(kind);
  }

  private static String keyOf(Kind kind) {
    return scene.client().vm(guest(kind).name()).path("parts").path(0).path("key_id").asText();
  }

  @Order(5)
  @ParameterizedTest
  @EnumSource
  void question4PowerItOnAfterTheHostsRebooted(Kind kind) {
    if (!rebooted) {
      scene.hosts().forEach(ClusterHost::cutPower);
      scene.hosts().forEach(ClusterHost::comesBack);
      scene.hosts().forEach(scene::awaitOnline);
      rebooted = true;
    }
    guest(kind).hangUp();
    scene.startOnceUnlocked(guest(kind).name());
    guest(kind).awaitUp(where(kind));
    requireSame(kind);
  }

  @Order(6)
  @Test
  void question5ItRunsOnWhileTheManagerIsDown() {
    scene.manager().kill();
    try {
      GUESTS.keySet().forEach(SevenQuestionsTest::requireSame);
    } finally {
      scene.manager().start();
    }
  }

  @Order(7)
  @Test
  void question6ItRunsOnWhileTheKmsIsDown() {
    scene.kms().killAll();
    GUESTS.keySet().forEach(SevenQuestionsTest::requireSame);
  }

  @Order(8)
  @ParameterizedTest
  @EnumSource
  void question7WithTheKmsUnreachableAVtpmIsRefusedClearlyAndTheVmLeftAsItWas(Kind kind) {
    String name = "plain-" + kind.lower();
    String before = scene.host(1).virsh("dumpxml", "--inactive", name);
    scene.kms().killAll();
    Answer answer = lab.user().types("vm", "tpm", "add", name, "--provider", kind.provider);
    switch (kind) {
      // It needs no KMS.
      case NATIVE -> assertThat(answer.exitCode()).as(answer.toString()).isZero();
      case STANDARD -> {
        assertThat(answer.exitCode()).isEqualTo(1);
        assertThat(answer.errors())
            .contains("No key could be had from key provider \"" + kind.provider + "\"")
            .contains("Nothing was started");
        assertThat(scene.host(1).virsh("dumpxml", "--inactive", name)).isEqualTo(before);
      }
    }
  }
}
