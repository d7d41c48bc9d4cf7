package io.keymoor.host.vm;

import io.keymoor.disk.engine.DiskEngine;
import io.keymoor.disk.engine.Shredder;
import io.keymoor.disk.inplace.InPlaceEngine;
import io.keymoor.disk.linux.LinuxMachine;
import io.keymoor.host.config.SeenGenerations;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.host.operation.Journal;
import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.vtpm.VtpmRekey;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/**
 * What the operations on VMs work with. Owns nothing: whoever made the parts closes them.
 *
 * @param hypervisor this host's libvirt
 * @param keys the providers' keys
 * @param seen the generations of key records seen before
 * @param journal operations begun and not ended
 * @param engine copies disks
 * @param shredder destroys old images
 * @param random for data keys
 * @param clock for the time in key records
 * @param trigger told of every crash point; {@link CrashTrigger#NONE} outside tests
 * @param swtpmDirectory where libvirt keeps vTPM state, usually /var/lib/libvirt/swtpm
 * @param vtpmRekey encrypts a vTPM's state under another passphrase
 * @param freeSpace how much room there is in a directory
 */
public record VmTools(
    Hypervisor hypervisor,
    HostKeys keys,
    SeenGenerations seen,
    Journal journal,
    DiskEngine engine,
    Shredder shredder,
    SecureRandom random,
    Clock clock,
    CrashTrigger trigger,
    Path swtpmDirectory,
    VtpmRekeying vtpmRekey,
    FreeSpace freeSpace) {
  /** libvirt's own place for vTPM state. */
  public static final Path SWTPM_DIRECTORY = Path.of("/var/lib/libvirt/swtpm");

  /** Encrypts a vTPM's state anew; tests without swtpm put another in its place. */
  @FunctionalInterface
  public interface VtpmRekeying {
    /** From one directory into another, from the present passphrase to the wanted one. */
    void rekey(Path from, Path to, SecretBytes present, SecretBytes wanted);

    /** swtpm itself. */
    VtpmRekeying SWTPM = VtpmRekey::rekey;
  }

  /** Room on a file system; tests put small disks in its place. */
  @FunctionalInterface
  public interface FreeSpace {
    /** Usable bytes of the file system that {@code directory} is on. */
    long in(Path directory) throws IOException;

    /** The truth. */
    FreeSpace REAL = directory -> Files.getFileStore(directory).getUsableSpace();
  }

  /**
   * The tools of an agent.
   *
   * @param stateDirectory a directory of this host alone, for the journal; made when not there
   */
  public static VmTools of(
      Hypervisor hypervisor,
      HostKeys keys,
      SeenGenerations seen,
      Path stateDirectory,
      Path swtpmDirectory,
      SecureRandom random) {
    return new VmTools(
        hypervisor,
        keys,
        seen,
        new Journal(stateDirectory.resolve("operations")),
        new DiskEngine(random, new LinuxMachine()),
        new Shredder(random, Shredder.Links.REFUSE),
        random,
        Clock.systemUTC(),
        CrashTrigger.fromEnvironment(),
        swtpmDirectory,
        VtpmRekeying.SWTPM,
        FreeSpace.REAL);
  }

  /** Converts disks where they lie. */
  InPlaceEngine inPlace() {
    return new InPlaceEngine(random, engine.machine());
  }

  /** For what reads or writes whole disks. */
  LastAtTheDisk lastAtTheDisk() {
    return new LastAtTheDisk(engine.machine());
  }

  Domain domain(UUID vm) {
    return hypervisor.domain(vm).orElseThrow(() -> VmException.notFound(vm));
  }

  /** Records carry seconds: their JSON should not grow with the clock's resolution. */
  Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
