package io.keymoor.manager.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of the manager's own. Guarantee: durable (fsync, full page writes and
 * synchronous commit are on), reachable on the loopback address with a password only. A server that
 * an earlier, killed manager left behind is stopped first; its data is kept.
 *
 * <p>The caller makes sure that there is one of these per directory. Not thread-safe.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration STOP = Duration.ofSeconds(20);
  private static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final String password;

  private EmbeddedDatabase(EmbeddedPostgres server, String password) {
    this.server = server;
    this.password = password;
  }

  /**
   * Starts it.
   *
   * @param data its data directory, made when missing
   * @param binaries where the server's programs are unpacked; nobody else may write there
   * @param passwordFile file of mode 0600 with the password; never on a command line
   */
  public static EmbeddedDatabase start(Path data, Path binaries, Path passwordFile) {
    try {
      String password = Files.readString(passwordFile).strip();
      if (!Files.exists(data)) {
        initialise(data, binaries, passwordFile, password);
      }
      stopLeftOver(data);
      return new EmbeddedDatabase(server(data, binaries, passwordFile, password), password);
    } catch (IOException failure) {
      throw new UncheckedIOException(
          "The embedded PostgreSQL did not start in " + data + ": " + failure.getMessage(),
          failure);
    }
  }

  /** The name appears when all of it is there: a kill in between leaves no half database. */
  private static void initialise(Path data, Path binaries, Path passwordFile, String password)
      throws IOException {
    Path unfinished = data.resolveSibling(data.getFileName() + ".new");
    if (Files.exists(unfinished)) {
      stopLeftOver(unfinished);
      delete(unfinished);
    }
    server(unfinished, binaries, passwordFile, password).close();
    Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    // Were the name lost with the power, the next start would take a used database for a half one.
    try (FileChannel parent =
        FileChannel.open(data.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
      parent.force(true);
    }
  }

  private static EmbeddedPostgres server(
      Path data, Path binaries, Path passwordFile, String password) throws IOException {
    Files.createDirectories(binaries);
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setOverrideWorkingDirectory(binaries.toFile())
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(START)
        .setConnectConfig("password", password)
        // Arguments of initdb: the superuser gets the password of the file, on every way in.
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", passwordFile.toAbsolutePath().toString())
        // The library's defaults are for tests; these make it keep what it acknowledged.
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("listen_addresses", "localhost")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("max_connections", "40")
        .setServerConfig("password_encryption", "scram-sha-256")
        .start();
  }

  /** JDBC URL without credentials. */
  public String url() {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  public String user() {
    return USER;
  }

  public String password() {
    return password;
  }

  /** Stops the server; what was committed stays. */
  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      LOG.warn("The embedded PostgreSQL did not stop cleanly; the next start recovers.", failure);
    }
  }

  private static void stopLeftOver(Path data) throws IOException {
    Optional<ProcessHandle> running = postmaster(data);
    if (running.isEmpty()) {
      return;
    }
    LOG.info("Stopping the PostgreSQL that an earlier manager left running in {}", data);
    ProcessHandle process = running.get();
    process.destroy();
    if (!ended(process)) {
      // Still as safe as a power loss: it writes ahead.
      process.destroyForcibly();
      if (!ended(process)) {
        throw new IOException(
            "process " + process.pid() + " of an earlier manager does not end; stop it by hand");
      }
    }
  }

  private static boolean ended(ProcessHandle process) {
    try {
      process.onExit().get(STOP.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("waiting for a process failed", impossible);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * The server that runs in {@code data}. The pid file alone proves nothing: after a reboot its
   * number may belong to anybody, so the process must also name this directory.
   */
  private static Optional<ProcessHandle> postmaster(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile);
    if (lines.isEmpty() || !lines.getFirst().strip().matches("[0-9]{1,9}")) {
      return Optional.empty();
    }
    long pid = Long.parseLong(lines.getFirst().strip());
    return ProcessHandle.of(pid).filter(process -> isServerOf(process, data));
  }

  private static boolean isServerOf(ProcessHandle process, Path data) {
    try {
      String command = Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
      return command.toLowerCase(Locale.ROOT).contains("postgres")
          && Stream.of(command.split("\0", -1)).anyMatch(data.toString()::equals);
    } catch (IOException gone) {
      return false;
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
