package io.keymoor.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.keymoor.host.config.Resealing;
import io.keymoor.host.config.TpmTerms;
import io.keymoor.host.holder.HolderConnection;
import io.keymoor.host.testing.AgentProcess;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.HolderProcesses;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.HostReport.EncryptionMode;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.VmReport;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent as a process, between a manager and a libvirt of its own. */
class AssembledAgentTest {
  private static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final int DISK_BYTES = 8 * 1024 * 1024;
  private static final String MARKER = "the marker that nobody may find on the disk";

  @TempDir static Path shared;

  private static @Nullable PrivateLibvirt started;

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final byte[] clear = new byte[32];
  private SecretBytes kdk = SecretBytes.random(32, new SecureRandom());
  private PrivateLibvirt libvirt;
  private TestHost host;

  @BeforeAll
  static void startLibvirt() {
    PrivateLibvirt.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    started = PrivateLibvirt.started(shared.resolve("lab"), "kvm1");
  }

  @AfterAll
  static void stopLibvirt() {
    if (started != null) {
      started.close();
    }
  }

  @BeforeEach
  void enrol() throws IOException {
    libvirt = Objects.requireNonNull(started);
    new SecureRandom().nextBytes(clear);
    kdk = SecretBytes.takeOver(clear.clone());
    host = TestHost.enrolled(path.resolve("host"), manager);
    define();
  }

  @AfterEach
  void cleanUp() throws IOException {
    manager.close();
    kdk.close();
    try (Libvirt client = libvirt.connect()) {
      client.powerOff(WEB);
      client.undefine(WEB);
    }
    try (Stream<Path> images = Files.walk(libvirt.guestDirectory())) {
      for (Path image : images.filter(Files::isRegularFile).toList()) {
        Files.delete(image);
      }
    }
  }

  private Path disk() {
    return libvirt.guestDirectory().resolve("web01.img");
  }

  /** A machine with a disk that it can't boot from, which is all that these tests need. */
  private void define() throws IOException {
    // Full, so that it stays raw: a raw disk with holes becomes a thin qcow2.
    Files.write(
        disk(),
        Arrays.copyOf(
            MARKER.repeat(DISK_BYTES / MARKER.length() + 1).getBytes(US_ASCII), DISK_BYTES));
    try (Libvirt client = libvirt.connect()) {
      client.define(
          DomainDefinition.parse(
              """
              <domain type='qemu'>
                <name>web01</name>
                <uuid>%s</uuid>
                <memory unit='MiB'>64</memory>
                <os><type arch='x86_64' machine='pc'>hvm</type></os>
                <devices>
                  <disk type='file' device='disk'>
                    <driver name='qemu' type='raw'/>
                    <source file='%s'/>
                    <target dev='vda' bus='virtio'/>
                  </disk>
                  <controller type='usb' model='none'/>
                  <memballoon model='none'/>
                </devices>
              </domain>
              """
                  .formatted(WEB, disk())));
    }
  }

  private AgentProcess agent(Map<String, String> environment) throws IOException {
    AgentProcess agent =
        AgentProcess.start(
            environment,
            path.resolve("agent.log"),
            "run",
            "--dir",
            host.directory().path().toString(),
            "--libvirt",
            libvirt.uri(),
            "--hooks-dir",
            libvirt.hooksDirectory().toString(),
            "--runtime-dir",
            shared.resolve("run").toString(),
            "--swtpm-dir",
            libvirt.varLib().resolve("swtpm").toString());
    agent.awaitReady();
    return agent;
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofMinutes(2)).untilAsserted(assertion);
  }

  private HostReport latest() {
    assertThat(manager.reports()).isNotEmpty();
    return manager.reports().getLast();
  }

  private VmReport web() {
    return latest().vms().stream().filter(vm -> vm.id().equals(WEB)).findFirst().orElseThrow();
  }

  private CommandOutcome outcomeOf(HostCommand command) {
    manager.command(command);
    return awaitOutcome(command.id());
  }

  private CommandOutcome awaitOutcome(String id) {
    eventually(() -> assertThat(manager.outcomes()).extracting(CommandOutcome::id).contains(id));
    return manager.outcomes().stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  private void succeed(HostCommand command) throws IOException {
    assertThat(outcomeOf(command)).as(() -> log()).isInstanceOf(CommandOutcome.Succeeded.class);
  }

  private String log() {
    try {
      return Files.readString(path.resolve("agent.log"));
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  private void provide(long revision) {
    manager.desire(revision, manager.assignment(LAB, "lab", kdk));
    eventually(() -> assertThat(latest().desiredRevision()).isEqualTo(revision));
  }

  private Path encryptedDisk() {
    try (Libvirt client = libvirt.connect()) {
      return client
          .domain(WEB)
          .orElseThrow()
          .definition()
          .disk("vda")
          .orElseThrow()
          .file()
          .orElseThrow();
    }
  }

  private void assertEncrypted() throws IOException {
    byte[] image = Files.readAllBytes(encryptedDisk());
    assertThat(new String(image, 0, 4, US_ASCII)).isEqualTo("LUKS");
    assertThat(new String(image, ISO_8859_1)).doesNotContain(MARKER);
    assertThat(disk()).doesNotExist();
  }

  @Test
  void aVmIsEncryptedStartedLockedAndUnlocked() throws Exception {
    try (AgentProcess agent = agent(Map.of())) {
      provide(1);
      succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      assertEncrypted();
      eventually(() -> {
        assertThat(latest().encryptionMode()).isEqualTo(EncryptionMode.SAFE);
        assertThat(web().parts())
            .filteredOn(part -> part.part().equals("disk:vda"))
            .allSatisfy(part -> assertThat(part.keyId()).contains("key-1"));
      });

      succeed(new HostCommand.StartVm("start", WEB));
      eventually(() -> assertThat(web().power()).isEqualTo(VmReport.Power.RUNNING));
      succeed(new HostCommand.RekeyVm("rekey", WEB, LAB, "key-2"));
      succeed(new HostCommand.StopVm("stop", WEB, true));

      manager.desire(2);
      eventually(() ->
          assertThat(web().lockedReason())
              .hasValueSatisfying(reason -> assertThat(reason).contains("lab", "key-2")));
      assertThat(outcomeOf(new HostCommand.StartVm("locked", WEB)))
          .isInstanceOf(CommandOutcome.Failed.class);

      provide(3);
      eventually(() -> assertThat(web().lockedReason()).isEmpty());
      succeed(new HostCommand.StartVm("unlocked", WEB));
      succeed(new HostCommand.StopVm("end", WEB, true));
      assertThat(agent.terminate()).isZero();
    }
    SecretForms.assertAbsent(Files.readAllBytes(path.resolve("agent.log")), clear);
    host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
  }

  @Test
  void aCommandSurvivesTwoCrashesOfTheAgentAndSucceedsOnce() throws Exception {
    try (AgentProcess before = agent(Map.of("KEYMOOR_CRASH_POINT", "ENCRYPT_DISK_COPIED"))) {
      provide(1);
      manager.command(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      assertThat(before.awaitExit()).isEqualTo(137);
    }
    assertThat(disk()).exists();
    try (AgentProcess after = agent(Map.of("KEYMOOR_CRASH_POINT", "ENCRYPT_COMMITTED"))) {
      assertThat(after.awaitExit()).isEqualTo(137);
    }
    assertThat(manager.outcomes()).isEmpty();
    try (AgentProcess last = agent(Map.of())) {
      assertThat(awaitOutcome("encrypt"))
          .as(() -> log())
          .isInstanceOf(CommandOutcome.Succeeded.class);
      assertEncrypted();
      succeed(new HostCommand.StartVm("start", WEB));
      assertThat(last.terminate()).isZero();
    }
  }

  @Test
  void withoutTheManagerAndAfterAPowerCutAPlainStartOfLibvirtWorks() throws Exception {
    try (AgentProcess agent = agent(Map.of())) {
      provide(1);
      succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      agent.kill();
    }
    manager.goAway();
    libvirt.restartHost();
    assertThatThrownBy(this::plainStart).hasMessageContaining("agent does not run");
    try (AgentProcess agent = agent(Map.of())) {
      plainStart();
      assertThat(power()).isEqualTo(Domain.Power.RUNNING);
      assertSecretsAreTakenAway();

      libvirt.restart();
      assertThat(power()).isEqualTo(Domain.Power.RUNNING);
      powerOff();
      manager.comeBack();
      manager.desire(2);
      eventually(() -> assertThat(latest().desiredRevision()).isEqualTo(2));
      assertThatThrownBy(this::plainStart).hasMessageContaining("\"lab\"");
      provide(3);
      plainStart();
      assertThat(agent.terminate()).isZero();
    }
    assertThat(power()).isEqualTo(Domain.Power.RUNNING);
  }

  @Test
  void aKeyOfAKmsOutlivesTheAgentAndNotTheHost() throws Exception {
    try (AgentProcess agent = agent(Map.of())) {
      provideKms(1);
      succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      assertEncrypted();
      eventually(() -> assertThat(keyHolderHas()).isEqualTo(1));
      agent.kill();
    }
    manager.goAway();
    // It notices a new hook when it starts.
    libvirt.restart();
    try (AgentProcess agent = agent(Map.of())) {
      plainStart();
      assertThat(power()).isEqualTo(Domain.Power.RUNNING);
      powerOff();
      agent.kill();
    }
    // R20: a restart of the host is the end of all its processes and an empty /run.
    HolderProcesses.kill(keyHolder());
    removeAll(shared.resolve("run"));
    try (AgentProcess agent = agent(Map.of())) {
      assertThatThrownBy(this::plainStart)
          .hasMessageContaining("key-1")
          .hasMessageContaining("\"lab\"");
      int before = manager.reports().size();
      manager.comeBack();
      eventually(() -> {
        assertThat(manager.reports()).hasSizeGreaterThan(before);
        assertThat(web().lockedReason()).isEmpty();
        assertThat(latest().encryptionMode()).isNotEqualTo(EncryptionMode.ERROR);
      });
      plainStart();
      assertThat(agent.terminate()).isZero();
    }
    HolderProcesses.kill(keyHolder());
    SecretForms.assertAbsent(Files.readAllBytes(path.resolve("agent.log")), clear);
    host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
  }

  @Test
  void aVmThatIsToStartAtBootRunsThoughLibvirtAsksBeforeItListensAndTheKeyComesLate()
      throws Exception {
    try (AgentProcess agent = agent(Map.of())) {
      provideKms(1);
      succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
      agent.kill();
    }
    autostart();
    manager.goAway();
    libvirt.cutPower();
    HolderProcesses.kill(keyHolder());
    removeAll(shared.resolve("run"));
    // As systemd has it: the agent first, then libvirt, which starts its VMs before it listens.
    try (AgentProcess agent = agent(Map.of())) {
      libvirt.start();
      assertThat(power()).as("its key is with the manager").isEqualTo(Domain.Power.OFF);
      manager.comeBack();
      eventually(() -> assertThat(power()).as(() -> log()).isEqualTo(Domain.Power.RUNNING));
      assertSecretsAreTakenAway();

      // Shut down on purpose, it stays off, whoever restarts.
      eventually(() -> assertThat(shared.resolve("run/boot-starts/all")).exists());
      powerOff();
      agent.kill();
    }
    try (AgentProcess agent = agent(Map.of())) {
      int before = manager.reports().size();
      eventually(() -> assertThat(manager.reports()).hasSizeGreaterThan(before));
      assertThat(power()).isEqualTo(Domain.Power.OFF);
      assertThat(agent.terminate()).isZero();
    }
    HolderProcesses.kill(keyHolder());
  }

  private void autostart() throws Exception {
    org.libvirt.Connect connection = new org.libvirt.Connect(libvirt.uri());
    connection.domainLookupByUUID(WEB).setAutostart(true);
    connection.close();
  }

  @Test
  void aKeyOfAKmsOutlivesTheHostWhereItsTpmSealsItAndAnAdministratorSaidSo() throws Exception {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    try (SoftwareTpm tpm = SoftwareTpm.start(path.resolve("tpm"))) {
      new Resealing(host.directory(), new SecureRandom())
          .underTpm(tpm.tpm(), TpmTerms.of(PcrSelection.NONE))
          .orElseThrow()
          .close();
      try (AgentProcess agent = agent(Map.of())) {
        provideKms(1);
        succeed(new HostCommand.EncryptVm("encrypt", WEB, List.of(), LAB, "key-1"));
        assertThat(host.directory().keptKeys()).as("off unless switched on").doesNotExist();
        manager.keepKeys(2, FakeManager.standard(LAB, "lab"));
        eventually(() -> assertThat(host.directory().keptKeys()).exists());
        eventually(() -> assertThat(host.directory().tpmVerdict()).isEmptyFile());
        assertThat(manager.tpms().proved()).first().asString().startsWith("sha256:");
        agent.kill();
      }
      host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
      manager.goAway();
      HolderProcesses.kill(keyHolder());
      removeAll(shared.resolve("run"));
      libvirt.restartHost();
      try (AgentProcess agent = agent(Map.of())) {
        plainStart();
        assertThat(power()).isEqualTo(Domain.Power.RUNNING);
        powerOff();

        // Switched off again: erased.
        manager.comeBack();
        manager.desire(3, FakeManager.standard(LAB, "lab"));
        eventually(() -> assertThat(latest().desiredRevision()).isEqualTo(3));
        eventually(() -> assertThat(host.directory().keptKeys()).doesNotExist());
        assertThat(agent.terminate()).isZero();
      }
      HolderProcesses.kill(keyHolder());
    }
  }

  private static Path keyHolder() {
    return shared.resolve("run").resolve("key-holder");
  }

  private static int keyHolderHas() {
    try (HolderConnection holder = HolderConnection.to(keyHolder())) {
      return holder.names().size();
    } catch (IOException notYet) {
      return -1;
    }
  }

  private static void removeAll(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private void provideKms(long revision) {
    manager.desire(revision, FakeManager.standard(LAB, "lab"));
    manager.deliver(
        new KeyUpdate(
            revision,
            false,
            List.of(),
            List.of(manager.sealed(revision, LAB, List.of("key-1"), List.of(kdk))),
            List.of()));
    eventually(() ->
        assertThat(manager.heldKeys())
            .anySatisfy(held -> assertThat(held.revision()).isEqualTo(revision)));
  }

  /** What {@code virsh start} does. */
  private void plainStart() {
    try (Libvirt client = libvirt.connect()) {
      client.start(WEB);
    }
  }

  private void powerOff() {
    try (Libvirt client = libvirt.connect()) {
      client.powerOff(WEB);
    }
  }

  private Domain.Power power() {
    try (Libvirt client = libvirt.connect()) {
      return client.domain(WEB).orElseThrow().power();
    }
  }

  private void assertSecretsAreTakenAway() {
    try (Libvirt client = libvirt.connect()) {
      eventually(() -> assertThat(client.secrets()).isEmpty());
    }
  }
}
