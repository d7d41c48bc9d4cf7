package io.keymoor.kms.node;

import io.keymoor.kms.store.Database;
import io.keymoor.kms.store.EmbeddedDatabase;
import io.keymoor.kms.store.EmbeddedDatabase.Address;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Optional;

/** A node's database, opened to serve or to administer; with the embedded PostgreSQL around it. */
public final class OpenStore implements AutoCloseable {
  private static final String EMBEDDED = "database";

  private final Optional<EmbeddedDatabase> embedded;
  private final Database database;

  private OpenStore(Optional<EmbeddedDatabase> embedded, Database database) {
    this.embedded = embedded;
    this.database = database;
  }

  /** Opens it for a node that serves. */
  public static OpenStore toServe(NodeSettings settings, SecureRandom random) {
    if (settings.database().isPresent()) {
      return new OpenStore(
          Optional.empty(), Database.open(shared(settings), 8, Database.Sharing.SHARED));
    }
    return embedded(settings, random, 8, Database.Sharing.ALONE);
  }

  /** Opens it beside whatever node may be serving. */
  public static OpenStore toAdminister(NodeSettings settings, SecureRandom random) {
    if (settings.database().isPresent()) {
      return new OpenStore(
          Optional.empty(), Database.open(shared(settings), 2, Database.Sharing.BESIDE));
    }
    Path directory = settings.directory().resolve(EMBEDDED);
    Optional<Address> running =
        Files.isDirectory(directory) ? EmbeddedDatabase.running(directory) : Optional.empty();
    return running.isPresent()
        ? new OpenStore(Optional.empty(), Database.open(running.get(), 2, Database.Sharing.BESIDE))
        : embedded(settings, random, 2, Database.Sharing.BESIDE);
  }

  private static OpenStore embedded(
      NodeSettings settings, SecureRandom random, int connections, Database.Sharing sharing) {
    EmbeddedDatabase server =
        EmbeddedDatabase.start(settings.directory().resolve(EMBEDDED), random);
    try {
      return new OpenStore(
          Optional.of(server), Database.open(server.address(), connections, sharing));
    } catch (RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  private static Address shared(NodeSettings settings) {
    NodeSettings.SharedDatabase shared = settings.database().orElseThrow();
    try {
      return new Address(
          shared.url(), shared.user(), Files.readString(shared.passwordFile()).strip());
    } catch (IOException unreadable) {
      throw new UncheckedIOException("could not read " + shared.passwordFile(), unreadable);
    }
  }

  public Database database() {
    return database;
  }

  @Override
  public void close() {
    database.close();
    embedded.ifPresent(EmbeddedDatabase::close);
  }
}
