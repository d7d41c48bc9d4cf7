package io.keymoor.host.vm;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.crypto.MigrationChannel;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The directory from which QEMU takes the certificates of a migration, {@code
 * migrate_tls_x509_cert_dir} in libvirt's qemu.conf. It holds what one migration needs, while it
 * needs it, and is empty otherwise. Files belong to the directory's group, which is QEMU's.
 * Thread-safe.
 */
public final class ChannelFiles {
  private static final List<String> NAMES =
      List.of(
          "ca-cert.pem", "server-cert.pem", "server-key.pem", "client-cert.pem", "client-key.pem");

  private final Path directory;
  private Optional<UUID> user = Optional.empty();

  /** Empties the directory: what an earlier process left there serves nobody. */
  public ChannelFiles(Path directory) {
    this.directory = directory;
    try {
      if (Files.notExists(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-x---")));
      }
      remove();
    } catch (IOException e) {
      throw new UncheckedIOException("could not make the directory " + directory, e);
    }
  }

  /** Which end of the channel. */
  enum Role {
    CLIENT,
    SERVER
  }

  /**
   * Puts one end's files there.
   *
   * @throws VmException when another migration has its files there
   */
  synchronized void install(UUID vm, String name, Role role, MigrationChannel channel, String end) {
    if (user.filter(other -> !other.equals(vm)).isPresent()) {
      throw new VmException(
          "migration_busy",
          "Another migration from or to this host is under way, and VM \""
              + name
              + "\" runs on where it was. Try again when that has ended: keymoor task list");
    }
    user = Optional.of(vm);
    String prefix = role == Role.SERVER ? "server" : "client";
    MigrationChannel.End mine = channel.end(end);
    try {
      write("ca-cert.pem", Pem.certificate(channel.authority()));
      write(prefix + "-cert.pem", Pem.certificate(mine.certificate()));
      Path key = directory.resolve(prefix + "-key.pem");
      mine.writeKey(key);
      letIn(key);
    } catch (IOException | UncheckedIOException e) {
      clear(vm);
      throw new UncheckedIOException(
          "could not put the certificates of a migration into " + directory,
          e instanceof IOException io ? io : new IOException(e));
    }
  }

  private void write(String name, String pem) throws IOException {
    Path file = directory.resolve(name);
    SealedFile.replace(file, pem.getBytes(US_ASCII));
    letIn(file);
  }

  /** QEMU's group, which the directory is for. */
  private void letIn(Path file) throws IOException {
    PosixFileAttributes place = Files.readAttributes(directory, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    view.setGroup(place.group());
    view.setPermissions(PosixFilePermissions.fromString("rw-r-----"));
  }

  /** Removes this VM's; harmless when there are none, or another VM's. */
  synchronized void clear(UUID vm) {
    if (user.equals(Optional.of(vm))) {
      try {
        remove();
        user = Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException("could not empty " + directory, e);
      }
    }
  }

  private void remove() throws IOException {
    for (String name : NAMES) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }
}
