package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.Shredder;
import io.keymoor.host.command.CommandControl;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.operation.Journal;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.lab.GuestConsole;
import io.keymoor.hypervisor.lab.GuestImage;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import io.keymoor.hypervisor.lab.TestGuest;
import io.keymoor.protocol.CommandOutcome;
import io.keymoor.protocol.HostCommand;
import io.keymoor.protocol.Rewrite;
import io.keymoor.protocol.Rewrite.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes of running guests, and deep rekeys, on a real libvirt, QEMU and swtpm. */
class RealLiveChangesTest {
  private static final int NV_INDEX = 0x0150_0001;
  private static final int MIB = 1024 * 1024;
  private static final Rewrite SLOWLY = new Rewrite(Way.LIVE, MIB);
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir static Path directory;
  private static PrivateLibvirt host;
  private static Libvirt libvirt;
  private static GuestImage image;
  private static HostKeys keys;
  private static HostVms vms;
  private static Path small;

  /** Ends the agent; no handler of the product catches it. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeAll
  static void startAHost() throws IOException {
    PrivateLibvirt.unavailableReason().ifPresent(RealLiveChangesTest::skip);
    GuestImage.unavailableReason(GuestImage.defaultCache()).ifPresent(RealLiveChangesTest::skip);
    image = GuestImage.prepare(GuestImage.defaultCache());
    // Before the host's own view of the mounts is made.
    small = Files.createDirectory(directory.resolve("small"));
    Tools.tryRun("mount", "-t", "tmpfs", "-o", "size=72m", "tmpfs", small);
    host = PrivateLibvirt.started(directory.resolve("h"), "alpha");
    libvirt = host.connect();
    keys = new HostKeys();
    keys.replace(TestHost.providers());
    vms = agent(CrashTrigger.NONE);
  }

  @AfterAll
  static void endTheHost() {
    if (vms != null) {
      vms.close();
    }
    if (host != null) {
      libvirt.close();
      host.close();
    }
    if (small != null) {
      Tools.tryRun("umount", "-l", small);
    }
  }

  private static void startAgent(CrashTrigger trigger) {
    vms.close();
    vms = agent(trigger);
    vms.recover();
  }

  private static HostVms agent(CrashTrigger trigger) {
    SecureRandom random = new SecureRandom();
    return new HostVms(
        new VmTools(
            libvirt,
            keys,
            new Generations(),
            new Journal(directory.resolve("state/operations")),
            new DiskEngine(random),
            new Shredder(random),
            random,
            Clock.systemUTC(),
            trigger,
            host.varLib().resolve("swtpm"),
            VmTools.VtpmRekeying.SWTPM,
            // The preflight must not find out what the test wants to happen later.
            place -> Long.MAX_VALUE),
        Optional::empty);
  }

  private static void skip(String reason) {
    Assumptions.abort("skipped: " + reason);
  }

  private static TestGuest guest(String name, String format, Path place) {
    Path disk = place.resolve(name + "." + format);
    image.makeDisk(disk, format, "marker of " + name);
    TestGuest guest = TestGuest.on(image, name, disk, format, host.guestDirectory());
    libvirt.define(guest.definition());
    return guest;
  }

  private static CommandOutcome execute(HostCommand command) {
    return vms.commands().execute(command, TestHost.control());
  }

  private static CommandOutcome.Succeeded succeed(HostCommand command) {
    CommandOutcome outcome = execute(command);
    assertThat(outcome).isInstanceOf(CommandOutcome.Succeeded.class);
    return (CommandOutcome.Succeeded) outcome;
  }

  private static HostCommand encrypt(UUID vm, Rewrite how) {
    return new HostCommand.EncryptVm("c1", vm, List.of(), TestHost.LAB, "key-1", how);
  }

  private static HostCommand rekey(UUID vm, Rewrite how) {
    return new HostCommand.DeepRekeyVm("c2", vm, TestHost.SECOND, "key-2", how);
  }

  private static void start(TestGuest guest, GuestConsole console) {
    succeed(new HostCommand.StartVm("s", guest.id()));
    console.waitForBoot(PATIENCE);
  }

  private static void stop(TestGuest guest) {
    succeed(new HostCommand.StopVm("s", guest.id(), true));
  }

  private static List<String> images(String name) throws IOException {
    try (Stream<Path> files = Files.list(host.guestDirectory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.startsWith(name + ".") && !file.endsWith(".tty"))
          .filter(file -> !file.endsWith(".keymoor"))
          .sorted()
          .toList();
    }
  }

  /** The guest writes files until it is told to stop; their checksums as it read them back. */
  private static Map<String, String> under(GuestConsole console, Runnable work) {
    AtomicBoolean enough = new AtomicBoolean();
    FutureTask<Map<String, String>> load =
        new FutureTask<>(() -> {
          Map<String, String> written = new HashMap<>();
          while (!enough.get()) {
            String name = "load-" + written.size() % 20;
            written.put(name, console.writeFile(name, MIB));
          }
          return written;
        });
    Thread.ofVirtual().start(load);
    try {
      work.run();
    } finally {
      enough.set(true);
    }
    try {
      return load.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aGuestUnderWriteLoadIsEncryptedRekeyedDeeplyAndDecrypted() throws IOException {
    TestGuest guest = guest("load", "raw", host.guestDirectory());
    try (GuestConsole console = guest.openConsole()) {
      start(guest, console);
      String kept = console.writeFile("kept", MIB);
      List<HostCommand> commands =
          List.of(
              encrypt(guest.id(), Rewrite.CHOSEN),
              rekey(guest.id(), Rewrite.CHOSEN),
              new HostCommand.DecryptVm("c3", guest.id(), List.of()));
      for (HostCommand command : commands) {
        Map<String, String> written = under(console, () -> succeed(command));
        assertThat(libvirt.secrets()).isEmpty();
        assertThat(images("load")).hasSize(1);
        written.forEach((name, sum) -> assertThat(console.checksum(name)).isEqualTo(sum));
        assertThat(console.checksum("kept")).isEqualTo(kept);
        stop(guest);
        start(guest, console);
        written.forEach((name, sum) -> assertThat(console.checksum(name)).isEqualTo(sum));
      }
      assertThat(console.readMarker()).isEqualTo("marker of load");
    }
    stop(guest);
  }

  @Test
  void anAgentKilledInMidCopyEndsItAndOneKilledAfterTheSwitchFinishesIt() throws IOException {
    TestGuest guest = guest("killed", "qcow2", host.guestDirectory());
    try (GuestConsole console = guest.openConsole()) {
      start(guest, console);
      String kept = console.writeFile("kept", 8 * MIB);
      killAt(CrashPoint.LIVE_ENCRYPT_COPYING, encrypt(guest.id(), SLOWLY));
      assertThat(libvirt.blockCopies().progress(guest.id(), "vda")).isPresent();
      startAgent(CrashTrigger.NONE);
      assertThat(libvirt.blockCopies().progress(guest.id(), "vda")).isEmpty();
      assertThat(images("killed")).containsExactly("killed.qcow2");
      killAt(CrashPoint.LIVE_ENCRYPT_COMMITTED, encrypt(guest.id(), Rewrite.CHOSEN));
      startAgent(CrashTrigger.NONE);
      assertThat(images("killed")).containsExactly("killed.luks-1.qcow2");
      assertThat(console.checksum("kept")).isEqualTo(kept);
      stop(guest);
      start(guest, console);
      assertThat(console.checksum("kept")).isEqualTo(kept);
    }
    stop(guest);
  }

  private static void killAt(CrashPoint fatal, HostCommand command) {
    startAgent(point -> {
      if (point == fatal) {
        throw new Killed();
      }
    });
    assertThatExceptionOfType(Killed.class).isThrownBy(() -> execute(command));
  }

  @Test
  void aGuestPoweredOffInMidCopyIsAsItWas() throws IOException {
    TestGuest guest = guest("off", "qcow2", host.guestDirectory());
    try (GuestConsole console = guest.openConsole()) {
      start(guest, console);
      String kept = console.writeFile("kept", 8 * MIB);
      CommandOutcome outcome =
          vms.commands()
              .execute(
                  encrypt(guest.id(), SLOWLY),
                  watching(done -> {
                    if (done > 0) {
                      libvirt.powerOff(guest.id());
                    }
                  }));
      assertThat(((CommandOutcome.Failed) outcome).code()).isEqualTo("vm_stopped_meanwhile");
      assertThat(images("off")).containsExactly("off.qcow2");
      start(guest, console);
      assertThat(console.checksum("kept")).isEqualTo(kept);
    }
    stop(guest);
  }

  /** Hears of progress. */
  @FunctionalInterface
  private interface Watcher {
    void sees(long done);
  }

  private static CommandControl watching(Watcher watcher) {
    return new CommandControl() {
      @Override
      public void progress(String phase, long done, long total, String unit) {
        watcher.sees(done);
      }

      @Override
      public boolean cancelled() {
        return false;
      }
    };
  }

  @Test
  void aFullDatastoreEndsTheCopyAndTheGuestRunsOn() throws IOException {
    Assumptions.assumeTrue(
        Files.getFileStore(small).type().equals("tmpfs")
            && Files.getFileStore(small).getTotalSpace() < 100L * MIB,
        "skipped: a small file system can't be mounted here");
    TestGuest guest = guest("full", "qcow2", small);
    try (GuestConsole console = guest.openConsole()) {
      start(guest, console);
      String kept = console.writeFile("kept", 48 * MIB);
      CommandOutcome.Failed failed =
          (CommandOutcome.Failed) execute(encrypt(guest.id(), Rewrite.CHOSEN));
      assertThat(failed.code()).isEqualTo("live_copy_failed");
      try (Stream<Path> files = Files.list(small)) {
        assertThat(files).containsExactly(guest.disk());
      }
      assertThat(console.checksum("kept")).isEqualTo(kept);
      String after = console.writeFile("after", MIB);
      assertThat(console.checksum("after")).isEqualTo(after);
    }
    stop(guest);
  }

  @Test
  void aVtpmKeepsItsMemoryThroughADeepRekey() throws IOException {
    PrivateLibvirt.vtpmUnavailableReason().ifPresent(RealLiveChangesTest::skip);
    TestGuest guest = guest("tpm", "qcow2", host.guestDirectory());
    byte[] memory = "remembered by the vTPM".getBytes(UTF_8);
    succeed(encrypt(guest.id(), Rewrite.CHOSEN));
    succeed(new HostCommand.AddVtpm("c3", guest.id(), TestHost.LAB, "key-1"));
    try (GuestConsole console = guest.openConsole()) {
      start(guest, console);
      console.tpm().store(NV_INDEX, memory);
      stop(guest);
      Path home = host.guestDirectory().resolve("tpm.keymoor");
      byte[] before = Files.readAllBytes(state(home).orElseThrow());
      succeed(rekey(guest.id(), Rewrite.CHOSEN));
      assertThat(home.resolve("vtpm")).doesNotExist();
      assertThat(Files.readAllBytes(state(home).orElseThrow())).isNotEqualTo(before);
      keys.replace(List.of(TestHost.provider(TestHost.SECOND, "second", 2)));
      start(guest, console);
      assertThat(console.tpm().load(NV_INDEX, memory.length)).isEqualTo(memory);
      assertThat(console.readMarker()).isEqualTo("marker of tpm");
    } finally {
      keys.replace(TestHost.providers());
    }
    stop(guest);
  }

  private static Optional<Path> state(Path home) {
    List<Path> states = VmHome.vtpms(home);
    assertThat(states).hasSize(1);
    return states.stream().map(dir -> dir.resolve("tpm2").resolve("tpm2-00.permall")).findFirst();
  }
}
