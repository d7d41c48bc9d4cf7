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
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Sets a node up in a directory of its own. */
public final class NewNode {
  private static final int PASSPHRASE_BYTES = 32;

  private NewNode() {}

  /**
   * What is wanted.
   *
   * @param passphraseFile an existing file; empty to have a random passphrase made
   * @param token a PKCS#11 token instead of a passphrase
   * @param database a database to share with other nodes; empty for an embedded one
   */
  public record Wish(
      Path directory,
      String node,
      String listen,
      List<String> names,
      String monitor,
      Optional<Path> passphraseFile,
      Optional<NodeSettings.RootKeySource.Pkcs11> token,
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
    if (wish.passphraseFile().isEmpty() && wish.token().isEmpty()) {
      makePassphrase(directory.resolve("passphrase"), random);
    }
    Path file = directory.resolve(NodeSettings.FILE);
    SealedFile.replace(file, text(wish).getBytes(UTF_8));
    try {
      return prepare(NodeSettings.read(directory), clock, random);
    } catch (RuntimeException failure) {
      removeSettings(file);
      throw failure;
    }
  }

  private static Outcome prepare(NodeSettings settings, InstantSource clock, SecureRandom random) {
    try (OpenStore store = OpenStore.toAdminister(settings, random)) {
      KeyTable table = new KeyTable(store.database());
      boolean fresh = !table.hasStoreKey();
      if (fresh) {
        try {
          Keys.found(table, settings.rootKey(), "Keymoor KMS", clock, random);
        } catch (KmsStoreException.Conflict anotherWasFaster) {
          fresh = false;
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

  private static void makePassphrase(Path file, SecureRandom random) {
    byte[] bytes = new byte[PASSPHRASE_BYTES];
    random.nextBytes(bytes);
    byte[] text = Base64.getUrlEncoder().withoutPadding().encode(bytes);
    SealedFile.replace(file, text);
    Arrays.fill(bytes, (byte) 0);
    Arrays.fill(text, (byte) 0);
  }

  private static String text(Wish wish) {
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
    if (wish.token().isPresent()) {
      values.put("root-key", "token");
      values.put("root-key.token-library", wish.token().get().library().toString());
      values.put("root-key.token-slot", Integer.toString(wish.token().get().slot()));
      values.put(
          "root-key.token-pin-file", wish.token().get().pinFile().toAbsolutePath().toString());
    } else {
      values.put("root-key", "passphrase");
      values.put(
          "root-key.passphrase-file",
          wish.passphraseFile().map(it -> it.toAbsolutePath().toString()).orElse("passphrase"));
    }
    StringBuilder text = new StringBuilder("# One node of a Keymoor KMS; see docs/kmip.md.\n");
    values.forEach((name, value) ->
        text.append(name).append(" = ").append(value.replace("\\", "\\\\")).append('\n'));
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
