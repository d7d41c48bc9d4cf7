package io.keymoor.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.VmReport;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.awaitility.core.ThrowingRunnable;

/**
 * A host with one VM that cannot boot, enrolled with a manager, and agents to be started on it.
 * What libvirt holds of it goes with {@link #close}. Not thread-safe.
 */
final class AgentScene implements AutoCloseable {
  static final UUID WEB = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");
  static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final int DISK_BYTES = 8 * 1024 * 1024;
  private static final String MARKER = "the marker that nobody may find on the disk";

  private final PrivateLibvirt libvirt;
  private final Path run;
  private final Path logFile;
  private final FakeManager manager = new FakeManager();
  private final byte[] clear = new byte[32];
  private final SecretBytes kdk;
  private final TestHost host;

  /**
   * @param libvirt runs, and has no VM
   * @param path an empty directory
   * @param run where the agents' runtime directory is to be
   */
  AgentScene(PrivateLibvirt libvirt, Path path, Path run) throws IOException {
    this.libvirt = libvirt;
    this.run = run;
    this.logFile = path.resolve("agent.log");
    new SecureRandom().nextBytes(clear);
    this.kdk = SecretBytes.takeOver(clear.clone());
    this.host = TestHost.enrolled(path.resolve("host"), manager);
    define();
  }

  @Override
  public void close() throws IOException {
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

  Path disk() {
    return libvirt.guestDirectory().resolve("web01.img");
  }

  /** A machine with a disk that it can't boot from, which is all that these tests need. */
  void define() throws IOException {
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

  AgentProcess agent(Map<String, String> environment) throws IOException {
    AgentProcess agent =
        AgentProcess.start(
            environment,
            logFile,
            "run",
            "--dir",
            host.directory().path().toString(),
            "--libvirt",
            libvirt.uri(),
            "--hooks-dir",
            libvirt.hooksDirectory().toString(),
            "--runtime-dir",
            run.toString(),
            "--swtpm-dir",
            libvirt.varLib().resolve("swtpm").toString());
    agent.awaitReady();
    return agent;
  }

  static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofMinutes(2)).untilAsserted(assertion);
  }

  HostReport latest() {
    assertThat(manager.reports()).isNotEmpty();
    return manager.reports().getLast();
  }

  VmReport web() {
    return latest().vms().stream().filter(vm -> vm.id().equals(WEB)).findFirst().orElseThrow();
  }

  CommandOutcome outcomeOf(HostCommand command) {
    manager.command(command);
    return awaitOutcome(command.id());
  }

  CommandOutcome awaitOutcome(String id) {
    eventually(() -> assertThat(manager.outcomes()).extracting(CommandOutcome::id).contains(id));
    return manager.outcomes().stream().filter(o -> o.id().equals(id)).findFirst().orElseThrow();
  }

  void succeed(HostCommand command) throws IOException {
    assertThat(outcomeOf(command)).as(() -> log()).isInstanceOf(CommandOutcome.Succeeded.class);
  }

  String log() {
    try {
      return Files.readString(logFile);
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  void provide(long revision) {
    manager.desire(revision, manager.assignment(LAB, "lab", kdk));
    eventually(() -> assertThat(latest().desiredRevision()).isEqualTo(revision));
  }

  Path encryptedDisk() {
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

  void assertEncrypted() throws IOException {
    byte[] image = Files.readAllBytes(encryptedDisk());
    assertThat(new String(image, 0, 4, US_ASCII)).isEqualTo("LUKS");
    assertThat(new String(image, ISO_8859_1)).doesNotContain(MARKER);
    assertThat(disk()).doesNotExist();
  }

  void autostart() throws Exception {
    org.libvirt.Connect connection = new org.libvirt.Connect(libvirt.uri());
    connection.domainLookupByUUID(WEB).setAutostart(true);
    connection.close();
  }

  int keyHolderHas() {
    try (HolderConnection holder = HolderConnection.to(run.resolve("key-holder"))) {
      return holder.names().size();
    } catch (IOException notYet) {
      return -1;
    }
  }

  /** As the end of the host does to processes. */
  void killKeyHolder() {
    HolderProcesses.kill(run.resolve("key-holder"));
  }

  /** As the end of the host does to files in memory. */
  void emptyRunDirectory() throws IOException {
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  Path runDirectory() {
    return run;
  }

  PrivateLibvirt libvirt() {
    return libvirt;
  }

  FakeManager manager() {
    return manager;
  }

  TestHost host() {
    return host;
  }

  void assertKeyIsInNoLog() throws IOException {
    SecretForms.assertAbsent(Files.readAllBytes(logFile), clear);
  }

  void assertKeyIsInNoFileOfTheHost() {
    host.files().forEach(contents -> SecretForms.assertAbsent(contents, clear));
  }

  void provideKms(long revision) {
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
  void plainStart() {
    try (Libvirt client = libvirt.connect()) {
      client.start(WEB);
    }
  }

  void powerOff() {
    try (Libvirt client = libvirt.connect()) {
      client.powerOff(WEB);
    }
  }

  Domain.Power power() {
    try (Libvirt client = libvirt.connect()) {
      return client.domain(WEB).orElseThrow().power();
    }
  }

  void assertSecretsAreTakenAway() {
    try (Libvirt client = libvirt.connect()) {
      eventually(() -> assertThat(client.secrets()).isEmpty());
    }
  }
}
