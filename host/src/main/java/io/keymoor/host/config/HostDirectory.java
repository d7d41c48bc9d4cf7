package io.keymoor.host.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * Where an agent keeps its things:
 *
 * <pre>
 *   host.key            what seals the configuration, 0600
 *   host.tpm            instead: what only this host's TPM turns into the sealing key
 *   host.tpm.lock       held while that is written
 *   host.tpm.verdict    what the manager thinks of that TPM: a sentence, or empty
 *   host.recovery       beside it: what the recovery key turns into the sealing key
 *   host.config         the encrypted host configuration, 0600
 *   host.keks           KEKs of standard providers, where they outlive a restart of the host
 *   host-request.json   what the host shows to join; public
 *   host-grant.json     what the manager answered; public
 *   commands/           the command journal, 0700
 *   host.lock           held while an agent runs
 * </pre>
 *
 * @param path the directory, mode 0700
 */
public record HostDirectory(Path path) {
  private static final int ERASED_AT_ONCE = 64 * 1024;
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /** The sealing key's file. */
  public KeyFile key() {
    return new KeyFile(path.resolve("host.key"));
  }

  /** The sealing key, sealed by the host's TPM. */
  public TpmSeal tpmSeal() {
    return new TpmSeal(path.resolve("host.tpm"));
  }

  /** What the manager thinks of the TPM: why it does not trust it, or empty. Absent: not asked. */
  public Path tpmVerdict() {
    return path.resolve("host.tpm.verdict");
  }

  /** The sealing key, sealed under the recovery key. */
  public Path recovery() {
    return path.resolve("host.recovery");
  }

  /** Delivered KEKs that outlive a restart of the host. */
  public Path keptKeys() {
    return path.resolve("host.keks");
  }

  /** The encrypted host configuration. */
  public Path configuration() {
    return path.resolve("host.config");
  }

  /** What the host shows to be enrolled. */
  public Path request() {
    return path.resolve("host-request.json");
  }

  /** What the manager answered. */
  public Path grant() {
    return path.resolve("host-grant.json");
  }

  /** The command journal's directory. */
  public Path commands() {
    return path.resolve("commands");
  }

  /** Makes the directory and its parents where they are missing; the umask does not matter. */
  public void create() {
    ownerOnly(path);
  }

  /** Makes {@code directory} of mode 0700, or gives it that mode. */
  public static void ownerOnly(Path directory) {
    try {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      Files.setPosixFilePermissions(directory, OWNER_ONLY);
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(directory, failure);
    }
  }

  /**
   * Overwrites a file of the directory where the file system lets it be, and removes it durably.
   */
  public void erase(Path file) {
    if (!Files.exists(file)) {
      return;
    }
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        ByteBuffer zeros = ByteBuffer.allocate(ERASED_AT_ONCE);
        for (long left = channel.size(); left > 0; left -= zeros.limit()) {
          zeros.clear().limit((int) Math.min(left, ERASED_AT_ONCE));
          while (zeros.hasRemaining()) {
            channel.write(zeros);
          }
        }
        channel.force(true);
      }
      Files.delete(file);
      try (FileChannel entry = FileChannel.open(path, StandardOpenOption.READ)) {
        entry.force(true);
      }
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  /**
   * Keeps other agents out until closed; the system releases the lock when the process dies.
   *
   * @throws ConfigurationException.InUse when another agent has it
   */
  public Lock lock() {
    return lock(path.resolve("host.lock"))
        .orElseThrow(() -> new ConfigurationException.InUse(path));
  }

  /** The lock in {@code file}, which is made; absent when somebody has it. */
  static Optional<Lock> lock(Path file) {
    try {
      FileChannel channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      FileLock held = tryLock(channel);
      if (held == null) {
        channel.close();
        return Optional.empty();
      }
      return Optional.of(new Lock(channel));
    } catch (IOException failure) {
      throw new ConfigurationException.Storage(file, failure);
    }
  }

  private static @org.jspecify.annotations.Nullable FileLock tryLock(FileChannel channel)
      throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  /** The lock of a directory, held until closed. */
  public static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException alreadyGone) {
        // Closing a descriptor releases the lock whatever else happens.
        return;
      }
    }
  }
}
