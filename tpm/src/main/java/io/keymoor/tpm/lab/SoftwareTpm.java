package io.keymoor.tpm.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.tpm.Tpm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A TPM 2.0 in software (swtpm) on loopback ports, with its state in a directory: the same
 * directory is the same chip. It protects nothing. Thread-safe after {@link #start}.
 */
public final class SoftwareTpm implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/swtpm");
  private static final Path SETUP = Path.of("/usr/bin/swtpm_setup");
  private static final Path TOOL = Path.of("/usr/bin/tpm2_unseal");
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int ATTEMPTS = 20;

  private final Process process;
  private final Tpm tpm;

  private SoftwareTpm(Process process, Tpm tpm) {
    this.process = process;
    this.tpm = tpm;
  }

  /** Why none can be started here; empty when one can. */
  public static Optional<String> unavailableReason() {
    for (Path needed : List.of(PROGRAM, SETUP, TOOL)) {
      if (!Files.isExecutable(needed)) {
        return Optional.of(needed + " is missing (apt-get install swtpm swtpm-tools tpm2-tools)");
      }
    }
    return Optional.empty();
  }

  /**
   * Makes a TPM in {@code state} as a maker does: with an endorsement key of RSA and a certificate
   * for it by an authority of {@code authority}, which is made where there is none yet.
   *
   * @return the certificate of the authority that signed, PEM
   */
  public static Path manufacture(Path state, Path authority) {
    try {
      Files.createDirectories(state);
      Files.createDirectories(authority);
      Path signing = authority.resolve("localca.conf");
      Path issuer = authority.resolve("issuercert.pem");
      Files.write(
          signing,
          List.of(
              "statedir = " + authority.toAbsolutePath(),
              "signingkey = " + authority.toAbsolutePath().resolve("signkey.pem"),
              "issuercert = " + issuer.toAbsolutePath(),
              "certserial = " + authority.toAbsolutePath().resolve("certserial")));
      Path options =
          Files.write(
              authority.resolve("options"),
              List.of(
                  "--platform-manufacturer Keymoor",
                  "--platform-version 1",
                  "--platform-model lab"));
      Path setup =
          Files.write(
              authority.resolve("setup.conf"),
              List.of(
                  "create_certs_tool = /usr/bin/swtpm_localca",
                  "create_certs_tool_config = " + signing.toAbsolutePath(),
                  "create_certs_tool_options = " + options.toAbsolutePath()));
      run(
          List.of(
              "timeout",
              "300",
              "swtpm_setup",
              "--tpm2",
              "--tpmstate",
              state.toAbsolutePath().toString(),
              "--create-ek-cert",
              "--config",
              setup.toAbsolutePath().toString()));
      return issuer;
    } catch (IOException e) {
      throw new UncheckedIOException("swtpm_setup could not be run", e);
    }
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command.get(2) + " failed: " + said);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException(command.get(2) + " was interrupted", e);
    }
  }

  /** Powers the TPM on whose state is in {@code state}; an empty directory is a new TPM. */
  public static SoftwareTpm start(Path state) {
    try {
      Files.createDirectories(state);
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int port = freePort();
        Process process = launch(state, port);
        Tpm tpm = new Tpm("swtpm:host=127.0.0.1,port=" + port);
        if (answers(process, tpm)) {
          return new SoftwareTpm(process, tpm);
        }
        // Another process took a port in between.
        stop(process);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("swtpm could not be started", e);
    }
    throw new IllegalStateException("swtpm did not come up on " + ATTEMPTS + " pairs of ports");
  }

  /** The first of two neighbouring ports that are free: tpm2-tools take the second for granted. */
  private static int freePort() {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    while (true) {
      try (ServerSocket first = new ServerSocket(0, 1, loopback);
          ServerSocket second = new ServerSocket(first.getLocalPort() + 1, 1, loopback)) {
        return second.getLocalPort() - 1;
      } catch (IOException | IllegalArgumentException taken) {
        // Another pair, then.
      }
    }
  }

  private static Process launch(Path state, int port) throws IOException {
    // It would outlive a test that is killed: nobody else ends it.
    return new ProcessBuilder(
            "timeout",
            "3600",
            PROGRAM.toString(),
            "socket",
            "--tpm2",
            "--tpmstate",
            "dir=" + state.toAbsolutePath(),
            "--server",
            "type=tcp,bindaddr=127.0.0.1,port=" + port,
            "--ctrl",
            "type=tcp,bindaddr=127.0.0.1,port=" + (port + 1),
            "--flags",
            "not-need-init,startup-clear")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static boolean answers(Process process, Tpm tpm) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < deadline) {
      if (tpm.isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** How to reach it. */
  public Tpm tpm() {
    return tpm;
  }

  /** Powers it off; its state stays. */
  @Override
  public void close() {
    stop(process);
  }

  private static void stop(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
