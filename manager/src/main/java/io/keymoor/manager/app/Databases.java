package io.keymoor.manager.app;

import io.keymoor.database.SchemaRefused;
import io.keymoor.manager.store.Database;
import io.keymoor.manager.store.EmbeddedDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;

/** Opens the database that the configuration names. */
final class Databases {
  private Databases() {}

  /** Pushes what is to be closed. */
  static Database open(ManagerFiles files, ManagerConfig config, Deque<AutoCloseable> parts) {
    try {
      Database database =
          config.database().isPresent()
              ? external(config.database().get())
              : embedded(files, config, parts);
      parts.push(database);
      return database;
    } catch (SchemaRefused refused) {
      throw new StartFailure(String.valueOf(refused.getMessage()), refused);
    }
  }

  private static Database embedded(
      ManagerFiles files, ManagerConfig config, Deque<AutoCloseable> parts) {
    Path binaries = config.postgresBinaries().map(Path::of).orElseGet(files::binaries);
    EmbeddedDatabase server =
        EmbeddedDatabase.start(files.database(), binaries, files.databasePassword());
    parts.push(server);
    return Database.open(server.url(), server.user(), server.password());
  }

  private static Database external(ManagerConfig.ExternalDatabase database) {
    Path file = Path.of(database.passwordFile());
    try {
      return Database.open(database.url(), database.user(), Files.readString(file).strip());
    } catch (IOException unreadable) {
      throw new StartFailure("The password file " + file + " can't be read. Nothing was started.");
    }
  }
}
