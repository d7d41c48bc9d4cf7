package io.keymoor.kms.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NewNode;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.node.Registration;
import io.keymoor.kms.node.RootKeyWish;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.store.AuditEvents;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.EmbeddedDatabase;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Nodes of one KMS: with an embedded database each on its own, or sharing one PostgreSQL. */
public final class TestCluster implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;
  private final Optional<EmbeddedDatabase> shared;
  private final Deque<KmsNode> nodes = new ArrayDeque<>();
  private Optional<NodeSettings> anySettings = Optional.empty();

  private TestCluster(Path directory, Optional<EmbeddedDatabase> shared) {
    this.directory = directory;
    this.shared = shared;
  }

  /** One node with the embedded database. */
  public static TestCluster embedded(Path directory) {
    return new TestCluster(directory, Optional.empty());
  }

  /** Nodes that share a database. */
  public static TestCluster shared(Path directory) {
    return new TestCluster(
        directory, Optional.of(EmbeddedDatabase.start(directory.resolve("postgres"), RANDOM)));
  }

  /** Starts a node; {@code extra} lines go into its settings. */
  public KmsNode start(String name, String... extra) {
    KmsNode node = KmsNode.start(settings(name, extra), CLOCK, RANDOM);
    nodes.push(node);
    return node;
  }

  /** Sets a node up without starting it, or reads one that was set up. */
  public NodeSettings settings(String name, String... extra) {
    Path home = directory.resolve(name);
    try {
      if (!Files.exists(home)) {
        Path passphrase = directory.resolve("passphrase");
        Files.writeString(passphrase, "a passphrase of the test");
        NewNode.create(
            new NewNode.Wish(
                home,
                name,
                "127.0.0.1:0",
                List.of("127.0.0.1", "localhost"),
                "127.0.0.1:0",
                new RootKeyWish.Passphrase(Optional.of(passphrase)),
                shared.map(this::database)),
            CLOCK,
            RANDOM);
        Files.write(home.resolve(NodeSettings.FILE), List.of(extra), StandardOpenOption.APPEND);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    NodeSettings settings = NodeSettings.read(home);
    anySettings = Optional.of(settings);
    return settings;
  }

  private NodeSettings.SharedDatabase database(EmbeddedDatabase server) {
    try {
      Path password =
          Files.writeString(directory.resolve("db-password"), server.address().password());
      return new NodeSettings.SharedDatabase(
          server.address().url(), server.address().user(), password);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Registers a client and answers its key and certificate. */
  public TlsIdentity register(Client client, Optional<String> password) {
    NodeSettings settings = anySettings.orElseThrow();
    try (OpenStore store = OpenStore.toAdminister(settings, RANDOM);
        Keys keys = Keys.open(new KeyTable(store.database()), settings.rootKey(), CLOCK, RANDOM)) {
      return new Registration(new Clients(store.database()), keys.authority(), RANDOM)
          .identity(
              client,
              password.map(it -> SecretBytes.takeOver(it.getBytes(UTF_8))),
              CLOCK.instant());
    }
  }

  /** Registers a plain client. */
  public TlsIdentity register(String name) {
    return register(new Client(name, Optional.empty(), false), Optional.empty());
  }

  /** Lets a client in no more. */
  public boolean remove(String name) {
    try (OpenStore store = OpenStore.toAdminister(anySettings.orElseThrow(), RANDOM)) {
      return new Clients(store.database()).remove(name);
    }
  }

  /** The latest events of the audit, newest first. */
  public List<AuditEvent> audit() {
    try (OpenStore store = OpenStore.toAdminister(anySettings.orElseThrow(), RANDOM)) {
      return new AuditEvents(store.database()).latest("", 1000);
    }
  }

  /** Stops the latest node. */
  public void stopLatest() {
    nodes.pop().close();
  }

  @Override
  public void close() {
    nodes.forEach(KmsNode::close);
    shared.ifPresent(EmbeddedDatabase::close);
  }
}
