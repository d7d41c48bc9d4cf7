package io.keymoor.host.holder;

import io.keymoor.hypervisor.HypervisorException.ProgramFailed;
import io.keymoor.hypervisor.process.ChildProcess;
import io.keymoor.hypervisor.process.Program;
import io.keymoor.secret.SecretBytes;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Starts key holders, where no service of the system did: in a session of their own, so that
 * neither the agent's end nor a signal to its group ends them.
 */
public final class HolderProcess {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final List<String> SMALL =
      List.of(
          "-Xmx64m",
          "-Xss512k",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          // No copy of its memory is left: no core file, no report of a crash, no heap dump.
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:-DumpReplayDataOnError",
          "-XX:-HeapDumpOnOutOfMemoryError",
          "-XX:+DisableAttachMechanism",
          "--enable-native-access=ALL-UNNAMED");

  private HolderProcess() {}

  /**
   * Starts the holder of a directory and does not wait until it listens.
   *
   * @throws ProgramFailed when it can't be started
   */
  public static void start(Path directory) {
    Program program =
        Program.of(
                "setsid",
                "--fork",
                Path.of(System.getProperty("java.home"), "bin", "java").toString())
            .with(SMALL.toArray(String[]::new))
            .with("-cp", home(KeyHolder.class) + ":" + home(SecretBytes.class))
            .with(KeyHolder.class.getName(), directory.toString());
    try (ChildProcess forking = ChildProcess.start(program, directory.resolve("log"))) {
      if (!forking.awaitExit(PATIENCE)) {
        throw new ProgramFailed("setsid", "it did not end");
      }
    }
  }

  private static Path home(Class<?> of) {
    CodeSource source = Objects.requireNonNull(of.getProtectionDomain().getCodeSource());
    try {
      return Path.of(source.getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException("a class path that is none", impossible);
    }
  }
}
