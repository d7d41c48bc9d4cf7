package io.keymoor.quickstart.scene;

import io.keymoor.kms.command.KmsCommand;
import io.keymoor.kms.command.Output;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.store.EmbeddedDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * A KMS of two nodes, each in a process of its own, on one PostgreSQL, and the administrator who
 * types {@code keymoor kms} there. Not thread-safe.
 */
public final class KmsSite implements AutoCloseable {
  private final Path directory;
  private final List<KmsNodeService> nodes;
  private Optional<EmbeddedDatabase> database = Optional.empty();

  KmsSite(Path directory, Path logs) {
    this.directory = directory;
    this.nodes =
        List.of(
            new KmsNodeService("kms1", directory.resolve("kms1"), logs),
            new KmsNodeService("kms2", directory.resolve("kms2"), logs));
  }

  /** Whether it was set up, now or by an earlier run. */
  public boolean isSetUp() {
    return Files.exists(nodes.getLast().directory().resolve(NodeSettings.FILE));
  }

  /** Sets it up and starts it. */
  public void found() {
    startDatabase();
    // The first node's init founds the KMS, the second's joins it with the same passphrase.
    init(nodes.getFirst(), List.of());
    Path passphrase = nodes.getFirst().directory().resolve("passphrase");
    init(nodes.getLast(), List.of("--passphrase-file", passphrase.toString()));
    startNodes();
  }

  private void init(KmsNodeService node, List<String> more) {
    EmbeddedDatabase.Address address = database.orElseThrow().address();
    List<String> words =
        new java.util.ArrayList<>(
            List.of(
                "init",
                "--dir",
                node.directory().toString(),
                "--listen",
                "127.0.0.1:" + FreePort.any(),
                "--monitor",
                "127.0.0.1:" + FreePort.any(),
                "--database",
                address.url(),
                "--database-user",
                address.user(),
                "--database-password-file",
                directory.resolve("postgres").resolve("password").toString()));
    words.addAll(more);
    type(words.toArray(String[]::new));
  }

  /** Starts what was set up. */
  public void start() {
    if (database.isEmpty()) {
      startDatabase();
    }
    startNodes();
  }

  private void startDatabase() {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException failure) {
      throw new StoryFailed("The directory " + directory + " can't be made.", failure);
    }
    database =
        Optional.of(EmbeddedDatabase.start(directory.resolve("postgres"), new SecureRandom()));
  }

  private void startNodes() {
    List<KmsNodeService> stopped = nodes.stream().filter(node -> !node.running()).toList();
    stopped.forEach(KmsNodeService::start);
    stopped.forEach(KmsNodeService::awaitServing);
  }

  /** Its nodes. */
  public List<KmsNodeService> nodes() {
    return nodes;
  }

  /** Where they serve, as {@code --kms} takes it. */
  public List<String> addresses() {
    return nodes.stream().map(node -> address(NodeSettings.read(node.directory()))).toList();
  }

  private static String address(NodeSettings settings) {
    return settings.listen().getHostString() + ":" + settings.listen().getPort();
  }

  /** The fingerprint of each node's certificate, as its administrator reads it there. */
  public List<String> fingerprints() {
    return nodes.stream()
        .map(node -> node.directory().resolve("server.pem"))
        .map(PemFile::fingerprint)
        .toList();
  }

  /** The KMS's administrator types {@code keymoor kms ...}, which has to succeed. */
  public String type(String... words) {
    StringWriter said = new StringWriter();
    StringWriter errors = new StringWriter();
    int exitCode =
        KmsCommand.run(
            new Output(
                InputStream.nullInputStream(), new PrintWriter(said), new PrintWriter(errors)),
            InstantSource.system(),
            words);
    if (exitCode != 0) {
      throw new StoryFailed("keymoor kms " + words[0] + " failed: " + errors.toString().strip());
    }
    return said.toString();
  }

  /** Lets a client in by its certificate. */
  public void letIn(String client, String certificatePem) {
    Path file = directory.resolve(client + ".pem");
    try {
      Files.writeString(file, certificatePem);
    } catch (IOException failure) {
      throw new StoryFailed("The file " + file + " can't be written.", failure);
    }
    type("client", "add", client, "--dir", anyNode(), "--certificate", file.toString());
  }

  /** Whether its administrator sees a key of this id. */
  public boolean has(String key) {
    return type("list", "--dir", anyNode()).contains(key);
  }

  private String anyNode() {
    return nodes.getFirst().directory().toString();
  }

  /** Kills all its nodes. */
  public void killAll() {
    nodes.forEach(KmsNodeService::kill);
  }

  @Override
  public void close() {
    nodes.forEach(KmsNodeService::close);
    database.ifPresent(EmbeddedDatabase::close);
    database = Optional.empty();
  }
}
