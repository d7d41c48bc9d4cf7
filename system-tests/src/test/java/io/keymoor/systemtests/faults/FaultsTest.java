package io.keymoor.systemtests.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.keymoor.cli.client.Task;
import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.systemtests.testing.CommandLineUser.Answer;
import io.keymoor.systemtests.testing.Lab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a user reads when it goes wrong; and nothing was changed. */
class FaultsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static Lab lab;
  private static Guest guest;
  private static OtherVms others;

  @BeforeAll
  static void raiseLab() {
    Lab.requireTools();
    lab = Lab.raised(Map.of("task_start_seconds", 5));
    guest = lab.prepareGuest();
    others = new OtherVms(lab);
  }

  @AfterAll
  static void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void powerOff() {
    if (lab.scene().hypervisor().domain(guest.name()).orElseThrow().active()) {
      guest.powerOff();
    }
  }

  /** Types a command that has to be refused, with these words and without any effect. */
  private static void assertRefused(List<String> words, String... command) {
    Map<String, Long> files = lab.datastore();
    String definition = definition();
    Answer answer = lab.user().types(command);
    assertThat(answer.exitCode()).as(answer.toString()).isEqualTo(1);
    assertThat(answer.errors()).contains(words).doesNotContain("Exception");
    assertThat(lab.datastore()).isEqualTo(files);
    assertThat(definition()).isEqualTo(definition);
  }

  /** Types a command for which there is nothing to do, and is told so with these words. */
  private static void assertNothingToDo(List<String> words, String... command) {
    Map<String, Long> files = lab.datastore();
    String definition = definition();
    Answer answer = lab.user().types(command);
    assertThat(answer.exitCode()).as(answer.toString()).isZero();
    assertThat(answer.output()).contains(words);
    assertThat(lab.datastore()).isEqualTo(files);
    assertThat(definition()).isEqualTo(definition);
  }

  private static void assertDone(String... command) {
    Answer answer = lab.user().types(command);
    assertThat(answer.exitCode()).as(answer.toString()).isZero();
  }

  private static String definition() {
    return lab.scene().hypervisor().domain(guest.name()).orElseThrow().definition().xml();
  }

  private static void requireEncrypted() {
    if (guest.diskFormat().equals("qcow2") && Files.notExists(guest.sidecar())) {
      lab.succeed(lab.client().encryptVm(guest.name(), Optional.empty(), List.of()));
    }
  }

  private static void requireInClear() {
    if (Files.exists(guest.sidecar())) {
      lab.succeed(lab.client().decryptVm(guest.name(), List.of()));
    }
  }

  @Test
  void aProviderThatDoesNotExistIsNamed() {
    assertRefused(
        List.of("no key provider", "\"nope\""), "vm", "encrypt", "web01", "--provider", "nope");
  }

  @Test
  void theNameOfAnotherProviderIsTaken() {
    assertRefused(List.of(Scene.PROVIDER), "provider", "create", "native", Scene.PROVIDER);
  }

  @Test
  void aBackupWithAnotherPasswordAndATruncatedOneAreRefused() throws IOException {
    Path backups = lab.scene().places().backups();
    Path wrong = Files.writeString(backups.resolve("wrong.password"), "not the password");
    String file = lab.scene().backup().file().toString();
    assertRefused(
        List.of("password"),
        "provider",
        "restore",
        file,
        "--dry-run",
        "--password-file",
        wrong.toString());
    byte[] whole = lab.scene().backup().read();
    Path half = backups.resolve("half.p12");
    Files.write(half, java.util.Arrays.copyOf(whole, whole.length / 2));
    String right = lab.scene().backup().passwordFile().toString();
    assertRefused(
        List.of("backup"),
        "provider",
        "restore",
        half.toString(),
        "--dry-run",
        "--password-file",
        right);
  }

  @Test
  void aRunningVmIsNeitherEncryptedByCopyNorGivenATpm() {
    requireInClear();
    lab.boot();
    assertRefused(
        List.of("is running", "Nothing was changed", "keymoor vm stop web01"),
        "vm",
        "encrypt",
        "web01",
        "--copy");
    assertRefused(List.of("while it runs", "not hot-pluggable"), "vm", "tpm", "add", "web01");
    guest.requireSameContents();
  }

  @Test
  void aDiskThatAnotherQemuUsesIsLeftAlone() {
    requireInClear();
    Program other =
        Program.of("qemu-system-x86_64", "-nodefaults", "-display", "none", "-S", "-drive")
            .with("file=" + guest.disk() + ",format=qcow2,if=virtio");
    try (ChildProcess qemu =
        ChildProcess.start(other, lab.scene().places().logs().resolve("other-qemu.log"))) {
      Program info = Program.of("qemu-img", "info", guest.disk().toString());
      Awaitility.await().atMost(PATIENCE).until(() -> info.run().exitCode() != 0);
      assertThat(qemu.isAlive()).isTrue();
      assertRefused(List.of("web01.qcow2", "use"), "vm", "encrypt", "web01");
    }
  }

  @Test
  void whatIsEncryptedIsNotEncryptedAgain() throws IOException {
    requireEncrypted();
    assertNothingToDo(
        List.of("encrypted already; nothing was changed", "keymoor vm rekey web01"),
        "vm",
        "encrypt",
        "web01",
        "--part",
        "disk:vda");
    Path luks = others.disk("foreign.qcow2");
    Path key = Files.writeString(lab.scene().places().backups().resolve("k"), "a passphrase");
    Program create =
        Program.of("qemu-img", "create", "-q", "-f", "qcow2", "--object", "secret,id=k,file=" + key)
            .with("-o", "encrypt.format=luks,encrypt.key-secret=k,encrypt.iter-time=10")
            .with(luks.toString(), "1M");
    // QEMU measures processor time first, and fails at random on virtual machines.
    Awaitility.await().atMost(PATIENCE).until(() -> create.run().exitCode() == 0);
    others.register("foreign", luks, "qcow2");
    assertRefused(List.of("encrypted already"), "vm", "encrypt", "foreign");
  }

  @Test
  void aFileThatIsNoDiskAndAMissingOneAreNamed() throws IOException {
    Path letter = Files.writeString(others.disk("letter.qcow2"), "Dear Sir or Madam,\n");
    others.register("letter", letter, "qcow2");
    assertRefused(List.of("letter.qcow2", "qcow2"), "vm", "encrypt", "letter");
    Path lost = Files.write(others.disk("lost.raw"), new byte[4096]);
    others.register("lost", lost, "raw");
    Files.delete(lost);
    assertRefused(List.of("lost.raw"), "vm", "encrypt", "lost");
  }

  @Test
  void aFullFileSystemIsFoundBeforeTheFirstByteIsWritten() throws IOException {
    Path small = Files.createDirectory(others.disk("small"));
    Program mount = Program.of("mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs");
    assumeTrue(mount.with(small.toString()).run().exitCode() == 0, "file systems can be mounted");
    try {
      byte[] full = new byte[16 * 1024 * 1024];
      java.util.Arrays.fill(full, (byte) 7);
      Path disk = Files.write(small.resolve("small.raw"), full);
      others.register("small", disk, "raw");
      assertRefused(
          List.of("bytes", "are free", "Nothing was changed", "Make room"),
          "vm",
          "encrypt",
          "small");
    } finally {
      Program.of("umount", small.toString()).output();
    }
  }

  @Test
  void aHostThatIsAwayIsSaidToBeAwayAfterTheTimeSet() {
    requireInClear();
    lab.scene().agent().stop();
    // A poll that the agent left open could still take the command, and be thought to have it.
    lab.scene().manager().stop();
    lab.scene().manager().start();
    try {
      assertRefused(
          List.of(Scene.HOST, "has not been heard of since", "nothing was started", "host run"),
          "vm",
          "encrypt",
          "web01");
    } finally {
      lab.scene().agent().start();
    }
    lab.scene().expect().hostOnline();
    assertDone("vm", "encrypt", "web01");
  }

  @Test
  void aVmIsWholeThoughLibvirtdWasKilledInTheMiddleOfItsEncryption() {
    requireInClear();
    String task = lab.client().encryptVm(guest.name(), Optional.empty(), List.of());
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> lab.client().tasks().find(task).state() != Task.State.QUEUED);
    lab.scene().libvirt().kill();
    lab.scene().libvirt().start();
    Task end = lab.end(task);
    assertThat(end.state()).isIn(Task.State.SUCCEEDED, Task.State.FAILED);
    if (end.state() == Task.State.FAILED) {
      assertThat(end.detail()).contains("libvirt");
    }
    lab.scene().expect().hostOnline();
    lab.boot();
    guest.requireSameContents();
  }

  @Test
  void aDamagedRecordInTheMetadataIsMadeGoodFromItsCopies() throws IOException {
    requireEncrypted();
    lab.scene().hypervisor().setKeyRecord(guestId(), "{\"format\":\"nonsense\"}");
    assertDone("vm", "start", "web01");
    guest.awaitUp();
    guest.requireSameContents();
    String sidecar = Files.readString(guest.sidecar());
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(recordInMetadata()).isEqualTo(sidecar));
  }

  @Test
  void aVmWhoseRecordsAreAllDamagedIsLockedUntilOneIsBack() throws IOException {
    requireEncrypted();
    String record = recordInMetadata();
    replaceAllRecords(record.substring(0, record.length() / 2));
    assertRefused(
        List.of("No copy of the key record can be believed", "is damaged", "were left as they are"),
        "vm",
        "start",
        "web01");
    assertThat(lab.scene().expect().locked("web01")).contains("No copy of the key record");
    Files.writeString(guest.sidecar(), record);
    lab.scene().expect().unlocked("web01");
    assertDone("vm", "start", "web01");
    guest.awaitUp();
    guest.requireSameContents();
  }

  @Test
  void aRecordOfANewerVersionIsNotGuessedAt() throws IOException {
    requireEncrypted();
    String record = recordInMetadata();
    Files.writeString(guest.sidecar(), record.replace("\"version\":1,", "\"version\":2,"));
    assertRefused(List.of("version 2", "web01"), "vm", "start", "web01");
    assertRefused(List.of("version 2", "web01"), "vm", "rekey", "web01");
    Files.writeString(guest.sidecar(), record);
    assertDone("vm", "start", "web01");
    guest.awaitUp();
    guest.requireSameContents();
  }

  private static void replaceAllRecords(String text) throws IOException {
    lab.scene().hypervisor().setKeyRecord(guestId(), text);
    Path home = guest.disk().resolveSibling("web01.keymoor");
    for (Path copy : List.of(guest.sidecar(), home.resolve("record.json"))) {
      Files.write(copy, text.getBytes(UTF_8));
    }
  }

  private static java.util.UUID guestId() {
    return lab.scene().hypervisor().domain(guest.name()).orElseThrow().id();
  }

  private static String recordInMetadata() {
    Scene scene = lab.scene();
    return scene
        .hypervisor()
        .domain(guest.name())
        .orElseThrow()
        .definition()
        .keyRecord()
        .orElse("");
  }
}
