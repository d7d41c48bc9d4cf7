package io.keymoor.tpm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory in memory for the files that tpm2-tools hand each other: contexts of keys and
 * sessions. They hold a session's key, which would uncover what went over the bus to the TPM, so
 * they never reach a disk: mode 0700, on tmpfs, gone on close.
 */
final class Scratch implements AutoCloseable {
  private static final List<Path> IN_MEMORY = List.of(Path.of("/dev/shm"), Path.of("/run"));

  private final Path directory;

  private Scratch(Path directory) {
    this.directory = directory;
  }

  static Scratch create() {
    try {
      for (Path place : IN_MEMORY) {
        if (Files.isWritable(place) && Files.getFileStore(place).type().equals("tmpfs")) {
          return new Scratch(
              Files.createTempDirectory(
                  place,
                  "keymoor-tpm",
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rwx------"))));
        }
      }
    } catch (IOException e) {
      throw new TpmException.Failed("Keymoor", "no directory in memory could be made", e);
    }
    throw new TpmException.Failed(
        "Keymoor", "neither /dev/shm nor /run is a tmpfs that this user may write to");
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  byte[] read(String name) {
    try {
      return Files.readAllBytes(file(name));
    } catch (IOException e) {
      throw new TpmException.Failed("Keymoor", "what the TPM answered could not be read", e);
    }
  }

  void write(String name, byte[] contents) {
    try {
      Files.write(file(name), contents);
    } catch (IOException e) {
      throw new TpmException.Failed("Keymoor", file(name) + " could not be written", e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new TpmException.Failed("Keymoor", directory + " could not be removed", e);
    }
  }
}
