package io.keymoor.manager.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.SealedFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Where things are in a manager's directory.
 *
 * @param directory the directory, absolute
 */
record ManagerFiles(Path directory) {
  static ManagerFiles in(Path directory) {
    return new ManagerFiles(directory.toAbsolutePath().normalize());
  }

  Path config() {
    return directory.resolve("manager.json");
  }

  Path rootKey() {
    return directory.resolve("root.key");
  }

  Path pki() {
    return directory.resolve("pki");
  }

  Path adminContext() {
    return directory.resolve("admin").resolve("context.json");
  }

  Path adminKey() {
    return directory.resolve("admin").resolve("admin.key");
  }

  Path database() {
    return directory.resolve("postgres");
  }

  Path databasePassword() {
    return directory.resolve("postgres.password");
  }

  Path binaries() {
    return directory.resolve("postgres-binaries");
  }

  Path lock() {
    return directory.resolve("manager.lock");
  }

  private Path port() {
    return directory.resolve("port");
  }

  /** The port of an earlier start: hosts know the manager by it. */
  OptionalInt keptPort() {
    if (!Files.exists(port())) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(port()).strip()));
    } catch (NumberFormatException damaged) {
      throw new StartFailure(
          port() + " holds no port. Nothing was started. Delete it to choose a new one.");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void keepPort(int number) {
    SealedFile.replace(port(), (number + "\n").getBytes(UTF_8));
  }
}
