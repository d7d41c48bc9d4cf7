package io.keymoor.hypervisor.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A libvirt host of one's own, never the system's: a stock libvirtd with its QEMUs and swtpms, in
 * mount and UTS namespaces whose {@code /etc/libvirt}, {@code /var/lib/libvirt}, {@code
 * /run/libvirt} and the like are directories under one root.
 *
 * <p>Guarantees: several live side by side; nothing is mounted, named or written outside of the
 * root but for the places libvirt is told of; {@link #close} and the end of this process, however
 * it comes, leave no process behind; opening a root again first clears what was left. Needs root.
 * Not thread-safe.
 */
public final class PrivateLibvirt implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_PATIENCE = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(50);

  private final LabDirectories directories;
  private final String hostname;
  private final Path mark;
  private final LabProcesses processes;
  private final ChildProcess undertaker;
  private @Nullable ChildProcess daemon;

  private PrivateLibvirt(
      LabDirectories directories, String hostname, Path mark, ChildProcess undertaker) {
    this.directories = directories;
    this.hostname = hostname;
    this.mark = mark;
    this.processes = new LabProcesses(directories.marks());
    this.undertaker = undertaker;
  }

  /** Why there can be no private host here, in words; absent when there can be one. */
  public static Optional<String> unavailableReason() {
    return Requirements.missingForHost();
  }

  /** Why its guests can have no vTPM; absent when they can. */
  public static Optional<String> vtpmUnavailableReason() {
    return Requirements.missingForVtpm();
  }

  /**
   * Makes the host in {@code root}, or takes the one that is there, after ending whatever still
   * runs of it: as after a power cut. It is off until {@link #start}.
   *
   * @param root an absolute path of at most 70 characters (libvirt's sockets lie below it); made
   *     when missing
   * @param hostname the name the host calls itself
   */
  public static PrivateLibvirt open(Path root, String hostname) {
    LabDirectories directories = LabDirectories.prepare(root);
    LabProcesses processes = new LabProcesses(directories.marks());
    processes.killAll();
    directories.emptyRunDirectory();
    // The undertaker of an earlier opening may be at work still; it knows its own mark only.
    Path mark = directories.newMark();
    Program endHost =
        Program.of("setsid", "sh", directories.script("end-host.sh").toString())
            .with(mark.toString());
    ChildProcess undertaker = ChildProcess.start(endHost, directories.log());
    return new PrivateLibvirt(directories, hostname, mark, undertaker);
  }

  /** {@link #open} and {@link #start}. */
  public static PrivateLibvirt started(Path root, String hostname) {
    PrivateLibvirt host = open(root, hostname);
    boolean up = false;
    try {
      host.start();
      up = true;
      return host;
    } finally {
      if (!up) {
        host.close();
      }
    }
  }

  /** Starts libvirtd and waits until it answers. Guests that run already are found again. */
  public void start() {
    if (daemon != null && daemon.isAlive()) {
      throw new IllegalStateException("this libvirtd runs already");
    }
    directories.writeConfiguration();
    Program program =
        Program.of("setsid", "unshare", "-m", "-u", "--propagation", "private", "sh")
            .with(directories.script("start-libvirtd.sh").toString())
            .with(directories.root().toString(), hostname, mark.toString());
    ChildProcess child = ChildProcess.start(program, directories.log());
    daemon = child;
    child.endInput();
    awaitAnswer(child);
  }

  private void awaitAnswer(ChildProcess child) {
    long deadline = System.nanoTime() + START_PATIENCE.toNanos();
    while (true) {
      if (child.awaitExit(POLL)) {
        throw new ProgramFailed("libvirtd", "it ended at once: " + child.logTail());
      }
      try (Libvirt libvirt = new Libvirt(uri())) {
        libvirt.versions();
        return;
      } catch (HypervisorException.Unavailable e) {
        if (System.nanoTime() > deadline) {
          throw new ProgramFailed("libvirtd", "it does not answer: " + child.logTail(), e);
        }
      }
    }
  }

  /** Stops libvirtd in an orderly way; guests run on. Harmless when it is stopped. */
  public void stop() {
    if (daemon != null) {
      daemon.terminate(STOP_PATIENCE);
    }
  }

  /** Kills libvirtd (SIGKILL); guests run on. */
  public void kill() {
    if (daemon != null) {
      daemon.kill();
    }
  }

  /** {@link #stop} and {@link #start}: what an upgrade of libvirt does. Ephemeral secrets go. */
  public void restart() {
    stop();
    start();
  }

  /** A power cut: every process of the host is killed and {@code /run} is empty. */
  public void cutPower() {
    processes.killAll();
    if (daemon != null) {
      daemon.kill();
    }
    directories.emptyRunDirectory();
  }

  /** {@link #cutPower} and {@link #start}. */
  public void restartHost() {
    cutPower();
    start();
  }

  /** libvirt's connection URI of this host, for programs outside of its namespaces too. */
  public String uri() {
    String socket = URLEncoder.encode(directories.socket().toString(), UTF_8);
    return "qemu+unix:///system?socket=" + socket.replace("%2F", "/").replace("+", "%20");
  }

  /** A new client of this host. */
  public Libvirt connect() {
    return new Libvirt(uri(), directories.etc().resolve("qemu"));
  }

  /** Where the host's {@code /etc/libvirt/hooks} is; libvirtd looks there when it starts. */
  public Path hooksDirectory() {
    return directories.etc().resolve("hooks");
  }

  /** Where the host's {@code /var/lib/libvirt/swtpm/ID} is, whether or not there is one. */
  public Path vtpmState(UUID domain) {
    return directories.varLib().resolve("swtpm").resolve(domain.toString());
  }

  /** The directory from which its QEMUs take certificates for migrations. */
  public Path migrationCertificates() {
    return directories.certificates();
  }

  /** Where the host's {@code /run/libvirt} is, which a power cut empties. */
  public Path runtime() {
    return directories.socket().resolveSibling("");
  }

  /** Where the host's {@code /var/lib/libvirt} is. */
  public Path varLib() {
    return directories.varLib();
  }

  /** A place for disks and sockets of guests, the same inside and outside of the host. */
  public Path guestDirectory() {
    return directories.guests();
  }

  /** Whether libvirtd runs. */
  public boolean isRunning() {
    return daemon != null && daemon.isAlive();
  }

  /** What libvirtd said, for messages. */
  public String logTail() {
    return daemon == null ? "" : daemon.logTail();
  }

  /** Numbers of all processes of this host now. */
  public List<Long> processes() {
    return processes.living().stream().map(ProcessHandle::pid).toList();
  }

  /** Ends everything at once: guests too. The root stays, for the next {@link #open}. */
  @Override
  public void close() {
    cutPower();
    undertaker.endInput();
    undertaker.awaitExit(STOP_PATIENCE);
    undertaker.kill();
  }
}
