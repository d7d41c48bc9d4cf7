package io.keymoor.kms.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.kms.store.KmsStoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sets a node up in a directory of its own. */
public final class NewNode {
  private NewNode() {}

  /**
   * What is wanted.
   *
   * @param rootKey what seals the keys
   * @param database a database to share with other nodes; empty for an embedded one
   */
  public record Wish(
      Path directory,
      String node,
      String listen,
      List<String> names,
      String monitor,
      RootKeyWish rootKey,
      Optional<NodeSettings.SharedDatabase> database) {}

  /** What came of it. */
  public enum Outcome {
    /** A new KMS was founded. */
    FOUNDED,
    /** The node joined the KMS that the shared database holds. */
    JOINED
  }

  /**
   * Sets the node up.
   *
   * @throws NodeException when there is a node already, or the database is another KMS's
   */
  public static Outcome create(Wish wish, InstantSource clock, SecureRandom random) {
    Path directory = wish.directory();
    if (Files.exists(directory.resolve(NodeSettings.FILE))) {
      throw new NodeException(
          "There is a KMS in "
              + directory
              + " already; nothing was changed. Run it with:"
              + " keymoor kms run --dir "
              + directory);
    }
    makeDirectory(directory);
    NodeSettings.RootKeySource rootKey = wish.rootKey().prepare(directory, random);
    Path file = directory.resolve(NodeSettings.FILE);
    SealedFile.replace(file, text(wish, rootKey).getBytes(UTF_8));
    try {
      return prepare(NodeSettings.read(directory), wish.rootKey().second(), clock, random);
    } catch (RuntimeException failure) {
      removeSettings(file);
      throw failure;
    }
  }

  private static Outcome prepare(
      NodeSettings settings,
      Optional<NodeSettings.RootKeySource> second,
      InstantSource clock,
      SecureRandom random) {
    try (OpenStore store = OpenStore.toAdminister(settings, random)) {
      KeyTable table = new KeyTable(store.database());
      boolean fresh = !table.hasStoreKey();
      if (fresh) {
        try {
          Keys.found(table, settings.rootKey(), second, "Keymoor KMS", clock, random);
        } catch (KmsStoreException.Conflict anotherWasFaster) {
          fresh = false;
        }
      }
      if (!fresh && second.isPresent()) {
        // This node's TPM is new to the KMS; the passphrase is how it gets in.
        try (Keys keys = Keys.open(table, second.get(), clock, random)) {
          keys.sealUnder(table, settings.rootKey());
        }
      }
      try (Keys keys = Keys.open(table, settings.rootKey(), clock, random)) {
        keys.serverIdentity(settings);
        SealedFile.replace(
            settings.directory().resolve("ca.pem"),
            Pem.certificate(keys.authority().certificate()).getBytes(UTF_8));
      }
      return fresh ? Outcome.FOUNDED : Outcome.JOINED;
    }
  }

  private static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException failure) {
      throw new UncheckedIOException("could not make " + directory, failure);
    }
  }

  private static String text(Wish wish, NodeSettings.RootKeySource rootKey) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("format", "1");
    values.put("node", wish.node());
    values.put("listen", wish.listen());
    values.put("names", String.join(",", wish.names()));
    values.put("monitor", wish.monitor());
    wish.database()
        .ifPresent(it -> {
          values.put("database.url", it.url());
          values.put("database.user", it.user());
          values.put("database.password-file", it.passwordFile().toAbsolutePath().toString());
        });
    values.putAll(rootKey.lines(wish.directory()));
    StringBuilder text = new StringBuilder("# One node of a Keymoor KMS; see docs/kms.md.\n");
    values.forEach((name, value) -> text.append(NodeSettings.line(name, value)));
    return text.toString();
  }

  private static void removeSettings(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not remove " + file, failure);
    }
  }
}
