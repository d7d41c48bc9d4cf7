package io.keymoor.kms.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A PostgreSQL of the node's own, in a directory of its own, for sites without one.
 *
 * <p>Guarantee: it is durable as PostgreSQL is (fsync, full page writes, synchronous commit), it
 * listens on the loopback address only, and asks for a password that is in a file of mode 0600. A
 * PostgreSQL that outlived a killed node on the same directory is stopped first.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final Duration STARTUP = Duration.ofMinutes(2);
  private static final String USER = "postgres";

  private final EmbeddedPostgres server;
  private final FileChannel lock;
  private final String password;

  private EmbeddedDatabase(EmbeddedPostgres server, FileChannel lock, String password) {
    this.server = server;
    this.lock = lock;
    this.password = password;
  }

  /** How to reach a database. */
  public record Address(String url, String user, String password) {}

  /**
   * The address of the PostgreSQL that another process runs on {@code directory}; empty when none
   * does.
   */
  public static Optional<Address> running(Path directory) {
    try {
      lock(directory).close();
      return Optional.empty();
    } catch (KmsStoreException.Taken another) {
      return Optional.of(runningAddress(directory));
    } catch (IOException unreadable) {
      throw new UncheckedIOException("could not look into " + directory, unreadable);
    }
  }

  /** PostgreSQL writes its port into the fourth line of its lock file. */
  private static Address runningAddress(Path directory) {
    try {
      List<String> lines = Files.readAllLines(directory.resolve("data/postmaster.pid"));
      return new Address(
          "jdbc:postgresql://127.0.0.1:" + lines.get(3).strip() + "/postgres",
          USER,
          Files.readString(directory.resolve("password")).strip());
    } catch (IOException | IndexOutOfBoundsException starting) {
      throw new KmsStoreException.Unavailable(
          "The node that uses " + directory + " is just starting or stopping; try again.",
          starting);
    }
  }

  /** Starts PostgreSQL on {@code directory}, which is made and filled when it is not there. */
  public static EmbeddedDatabase start(Path directory, SecureRandom random) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      FileChannel lock = lock(directory);
      try {
        stopLeftOver(directory.resolve("data"));
        Path passwordFile = directory.resolve("password");
        String password = password(passwordFile, random);
        return new EmbeddedDatabase(server(directory, passwordFile, password), lock, password);
      } catch (IOException | RuntimeException failure) {
        lock.close();
        throw failure;
      }
    } catch (IOException | IllegalStateException failure) {
      throw new KmsStoreException.Unavailable(
          "The embedded PostgreSQL in "
              + directory
              + " did not start; see "
              + directory.resolve("postgresql.log")
              + ".",
          failure);
    }
  }

  /** A lock that a killed process leaves behind for nobody. */
  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() != null) {
        return channel;
      }
    } catch (OverlappingFileLockException sameProcess) {
      // Taken, by a node in this very process.
    }
    channel.close();
    throw new KmsStoreException.Taken(
        "Another node works on " + directory + ". Stop it first; nothing was changed.");
  }

  private static EmbeddedPostgres server(Path directory, Path passwordFile, String password)
      throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setOverrideWorkingDirectory(directory.resolve("binaries").toFile())
        .setCleanDataDirectory(false)
        .setRegisterShutdownHook(false)
        .setPGStartupWait(STARTUP)
        .setLocaleConfig("auth", "scram-sha-256")
        .setLocaleConfig("pwfile", passwordFile.toString())
        .setConnectConfig("password", password)
        .setServerConfig("listen_addresses", "127.0.0.1")
        .setServerConfig("unix_socket_directories", "")
        .setServerConfig("fsync", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("max_connections", "100")
        .setServerConfig("shared_buffers", "64MB")
        .setOutputRedirector(log(directory))
        .setErrorRedirector(log(directory))
        .start();
  }

  private static ProcessBuilder.Redirect log(Path directory) {
    return ProcessBuilder.Redirect.appendTo(directory.resolve("postgresql.log").toFile());
  }

  private static String password(Path file, SecureRandom random) throws IOException {
    if (!Files.exists(file)) {
      byte[] bytes = new byte[24];
      random.nextBytes(bytes);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, HexFormat.of().formatHex(bytes));
    }
    return Files.readString(file).strip();
  }

  private static void stopLeftOver(Path data) throws IOException {
    Path pidFile = data.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    List<String> lines = Files.readAllLines(pidFile);
    boolean ours = lines.size() > 1 && Path.of(lines.get(1)).equals(data.toRealPath());
    if (!ours || !lines.getFirst().strip().matches("[0-9]{1,9}")) {
      return;
    }
    ProcessHandle.of(Long.parseLong(lines.getFirst().strip()))
        .filter(EmbeddedDatabase::isPostgres)
        .ifPresent(EmbeddedDatabase::stop);
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().map(command -> command.endsWith("postgres")).orElse(false);
  }

  private static void stop(ProcessHandle process) {
    process.destroy();
    try {
      process.onExit().get(30, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException stillThere) {
      throw new KmsStoreException.Taken(
          "A PostgreSQL (process "
              + process.pid()
              + ") works on this directory already. Stop the"
              + " node that uses it; nothing was changed.");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** How to reach it. */
  public Address address() {
    return new Address(
        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres", USER, password);
  }

  @Override
  public void close() {
    try (lock) {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("the embedded PostgreSQL did not stop", failure);
    }
  }
}
