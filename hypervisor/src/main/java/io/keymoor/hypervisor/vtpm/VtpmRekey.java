package io.keymoor.hypervisor.vtpm;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Encrypts the state of a vTPM under another passphrase.
 *
 * <p>swtpm itself does it, so that the format is its own: one opens a copy of the old state,
 * another takes that over under the new passphrase, a third proves that the result opens.
 * Guarantees: the old directory is only read; the new files are durable when this returns, and gone
 * when it throws; passphrases go through pipes, never through arguments or files; the state is in
 * clear in memory only, and zeroed there. The VM must be off.
 */
public final class VtpmRekey {
  /** swtpm's file of a TPM 2.0's permanent state. */
  public static final String STATE_FILE = "tpm2-00.permall";

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final long RETRY_NANOS = Duration.ofMillis(20).toNanos();

  private final Path scratch;

  private VtpmRekey(Path scratch) {
    this.scratch = scratch;
  }

  /**
   * Writes the state in {@code from} to {@code to}.
   *
   * @param from a directory with {@link #STATE_FILE} in it
   * @param to an empty directory
   * @param present the passphrase of the old state, as libvirt's secret has it
   * @param wanted that of the new
   */
  public static void rekey(Path from, Path to, SecretBytes present, SecretBytes wanted) {
    try {
      Path scratch = Files.createTempDirectory("keymoor-vtpm");
      try {
        new VtpmRekey(scratch).run(from, to, present, wanted);
      } finally {
        remove(scratch);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the vTPM's state in " + from + " could not be rekeyed", e);
    }
  }

  private void run(Path from, Path to, SecretBytes present, SecretBytes wanted) throws IOException {
    Path copy = Files.createDirectory(scratch.resolve("old"));
    Path fresh = Files.createDirectory(scratch.resolve("new"));
    Files.copy(from.resolve(STATE_FILE), copy.resolve(STATE_FILE));
    ByteBuffer state = read(copy, present);
    try {
      write(fresh, wanted, state);
      // What a TPM counts at every start differs; that its state is whole it checks itself.
      zero(read(fresh, wanted));
    } finally {
      zero(state);
    }
    install(fresh.resolve(STATE_FILE), from.resolve(STATE_FILE), to.resolve(STATE_FILE));
  }

  private ByteBuffer read(Path directory, SecretBytes passphrase) throws IOException {
    try (Tpm tpm = new Tpm(directory, passphrase)) {
      tpm.control.powerOn();
      ByteBuffer state = tpm.control.readState();
      tpm.end();
      return state;
    }
  }

  private void write(Path directory, SecretBytes passphrase, ByteBuffer state) throws IOException {
    try (Tpm tpm = new Tpm(directory, passphrase)) {
      tpm.control.writeState(state);
      tpm.control.powerOn();
      tpm.end();
    }
  }

  private static void install(Path made, Path like, Path to) throws IOException {
    try {
      Files.copy(made, to);
      Files.setAttribute(to, "unix:uid", Files.getAttribute(like, "unix:uid"));
      Files.setAttribute(to, "unix:gid", Files.getAttribute(like, "unix:gid"));
      Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(like));
      for (Path part : List.of(to, to.toAbsolutePath().resolveSibling("."))) {
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.READ)) {
          file.force(true);
        }
      }
    } catch (IOException e) {
      Files.deleteIfExists(to);
      throw e;
    }
  }

  private static void zero(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  private static void remove(Path directory) throws IOException {
    try (Stream<Path> inside = Files.walk(directory)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** A swtpm on one state directory; killed when it is not ended. */
  private final class Tpm implements AutoCloseable {
    private final ChildProcess process;
    private final ControlChannel control;

    Tpm(Path state, SecretBytes passphrase) throws IOException {
      Path socket = scratch.resolve("control");
      Files.deleteIfExists(socket);
      // It would outlive an agent that is killed: nobody else ends it.
      Program program =
          Program.of("timeout", Long.toString(PATIENCE.toSeconds()))
              .with(Program.of("swtpm").file().toString(), "socket", "--tpm2")
              .with("--tpmstate", "dir=" + state)
              .with("--ctrl", "type=unixio,path=" + socket)
              .with("--key", "pwdfd=0,mode=aes-256-cbc");
      process = ChildProcess.start(program, scratch.resolve("log"));
      boolean up = false;
      try {
        process.endInput(passphrase);
        control = connect(socket);
        up = true;
      } finally {
        if (!up) {
          process.kill();
        }
      }
    }

    private ControlChannel connect(Path socket) throws IOException {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (true) {
        try {
          return ControlChannel.connect(socket);
        } catch (IOException notYet) {
          if (!process.isAlive() || System.nanoTime() > deadline) {
            throw new ProgramFailed("swtpm", "it does not answer: " + process.logTail(), notYet);
          }
          LockSupport.parkNanos(RETRY_NANOS);
        }
      }
    }

    void end() throws IOException {
      control.shutDown();
      if (!process.awaitExit(PATIENCE)) {
        throw new ProgramFailed("swtpm", "it did not end");
      }
    }

    @Override
    public void close() throws IOException {
      control.close();
      process.close();
    }
  }
}
