package io.keymoor.kms.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.SealedFile;
import io.keymoor.kms.operation.SeedPolicy;
import io.keymoor.kms.session.SessionLimits;
import io.keymoor.tpm.Tpm;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of one node: the file {@code kms.conf} in its directory. An unknown name in it is an
 * error, so that a typing mistake does not go unnoticed.
 *
 * @param directory the node's directory
 * @param node the node's name, for the audit
 * @param listen where KMIP is served
 * @param names DNS names and addresses of the server's certificate
 * @param monitor where metrics and health are served
 * @param database the shared database; empty for an embedded one
 * @param rootKey how the root key is had
 * @param limits what peers may take
 * @param seedPolicy what happens to seeds of clients
 */
public record NodeSettings(
    Path directory,
    String node,
    InetSocketAddress listen,
    List<String> names,
    InetSocketAddress monitor,
    Optional<SharedDatabase> database,
    RootKeySource rootKey,
    SessionLimits limits,
    SeedPolicy seedPolicy) {
  /** The name of the file. */
  public static final String FILE = "kms.conf";

  private static final Set<String> KNOWN =
      Set.of(
          "format",
          "node",
          "listen",
          "names",
          "monitor",
          "database.url",
          "database.user",
          "database.password-file",
          "root-key",
          "root-key.passphrase-file",
          "root-key.token-library",
          "root-key.token-slot",
          "root-key.token-pin-file",
          "root-key.tpm-file",
          "root-key.tpm",
          "limit.connections",
          "limit.handshake-seconds",
          "limit.idle-seconds",
          "limit.message-seconds",
          "limit.message-bytes",
          "rng-seed");

  public NodeSettings {
    names = List.copyOf(names);
  }

  /** A database that several nodes share. */
  public record SharedDatabase(String url, String user, Path passwordFile) {}

  /** Where the root key comes from. */
  public sealed interface RootKeySource {
    /** A passphrase in a file. */
    record PassphraseFile(Path file) implements RootKeySource {
      @Override
      public Map<String, String> lines(Path directory) {
        return Map.of(
            "root-key", "passphrase", "root-key.passphrase-file", within(directory, file));
      }
    }

    /** A PKCS#11 token. */
    record Pkcs11(Path library, int slot, Path pinFile) implements RootKeySource {
      @Override
      public Map<String, String> lines(Path directory) {
        return Map.of(
            "root-key", "token",
            "root-key.token-library", library.toString(),
            "root-key.token-slot", Integer.toString(slot),
            "root-key.token-pin-file", within(directory, pinFile));
      }
    }

    /** A key in a file that the TPM at that address sealed. */
    record TpmFile(Path file, String tcti) implements RootKeySource {
      @Override
      public Map<String, String> lines(Path directory) {
        return Map.of(
            "root-key", "tpm", "root-key.tpm-file", within(directory, file), "root-key.tpm", tcti);
      }
    }

    /** Its settings; files in the node's directory are named without it. */
    Map<String, String> lines(Path directory);

    private static String within(Path directory, Path file) {
      Path home = directory.toAbsolutePath();
      Path whole = file.toAbsolutePath();
      return (whole.startsWith(home) ? home.relativize(whole) : whole).toString();
    }
  }

  /** One line of the file. */
  static String line(String name, String value) {
    return name + " = " + value.replace("\\", "\\\\") + "\n";
  }

  /** Makes another root key the node's, in the file; everything else in it stays. */
  public static void changeRootKey(Path directory, RootKeySource source) {
    Path file = directory.resolve(FILE);
    try {
      StringBuilder text = new StringBuilder();
      for (String line : Files.readAllLines(file)) {
        if (!line.startsWith("root-key")) {
          text.append(line).append('\n');
        }
      }
      new TreeMap<>(source.lines(directory))
          .forEach((name, value) -> text.append(line(name, value)));
      SealedFile.replace(file, text.toString().getBytes(UTF_8));
    } catch (IOException failure) {
      throw new UncheckedIOException("could not change " + file, failure);
    }
  }

  /** The settings in a node's directory. */
  public static NodeSettings read(Path directory) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NodeException(
          "There is no KMS in "
              + directory
              + ". Set one up with: keymoor kms init --dir "
              + directory);
    }
    Properties values = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      values.load(reader);
    } catch (IOException failure) {
      throw new UncheckedIOException("could not read " + file, failure);
    }
    return new Parser(directory, file, values).settings();
  }

  /** Reads the values one by one; the first that is wrong is named. */
  private record Parser(Path directory, Path file, Properties values) {
    NodeSettings settings() {
      Set<String> unknown = new TreeSet<>(values.stringPropertyNames());
      unknown.removeAll(KNOWN);
      if (!unknown.isEmpty()) {
        throw new NodeException(
            file + " has a setting that this software does not know: " + unknown.iterator().next());
      }
      if (!text("format").equals("1")) {
        throw new NodeException(file + " is of a newer format than this software reads.");
      }
      SessionLimits usual = SessionLimits.DEFAULT;
      return new NodeSettings(
          directory,
          text("node"),
          address("listen"),
          List.of(text("names").split("\\s*,\\s*")),
          address("monitor"),
          maybe("database.url")
              .map(url ->
                  new SharedDatabase(url, text("database.user"), path("database.password-file"))),
          rootKey(),
          new SessionLimits(
              number("limit.connections", usual.connections()),
              seconds("limit.handshake-seconds", usual.handshake()),
              seconds("limit.idle-seconds", usual.idle()),
              seconds("limit.message-seconds", usual.message()),
              number("limit.message-bytes", usual.messageBytes())),
          seedPolicy());
    }

    private RootKeySource rootKey() {
      return switch (text("root-key")) {
        case "passphrase" -> new RootKeySource.PassphraseFile(path("root-key.passphrase-file"));
        case "token" ->
            new RootKeySource.Pkcs11(
                path("root-key.token-library"),
                number("root-key.token-slot", 0),
                path("root-key.token-pin-file"));
        case "tpm" ->
            new RootKeySource.TpmFile(
                path("root-key.tpm-file"), maybe("root-key.tpm").orElse(Tpm.DEVICE));
        default -> throw wrong("root-key", "passphrase, token or tpm");
      };
    }

    private SeedPolicy seedPolicy() {
      try {
        return SeedPolicy.valueOf(maybe("rng-seed").orElse("all").toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw wrong("rng-seed", "all, half, none or refuse");
      }
    }

    private Optional<String> maybe(String name) {
      return Optional.ofNullable(values.getProperty(name)).map(String::strip);
    }

    private String text(String name) {
      return maybe(name).filter(it -> !it.isEmpty()).orElseThrow(() -> wrong(name, "a value"));
    }

    private Path path(String name) {
      return directory.resolve(text(name));
    }

    private int number(String name, int otherwise) {
      try {
        return maybe(name).map(Integer::parseInt).orElse(otherwise);
      } catch (NumberFormatException notNumber) {
        throw wrong(name, "a whole number");
      }
    }

    private Duration seconds(String name, Duration otherwise) {
      return Duration.ofSeconds(number(name, (int) otherwise.toSeconds()));
    }

    private InetSocketAddress address(String name) {
      return Addresses.parse(text(name))
          .orElseThrow(() -> wrong(name, "an address like 127.0.0.1:5696"));
    }

    private NodeException wrong(String name, String wanted) {
      return new NodeException(file + ": the setting " + name + " needs " + wanted + ".");
    }
  }
}
