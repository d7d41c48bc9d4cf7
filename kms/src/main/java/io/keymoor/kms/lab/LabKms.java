package io.keymoor.kms.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.node.Keys;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NewNode;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.node.OpenStore;
import io.keymoor.kms.node.Registration;
import io.keymoor.kms.node.RootKeyWish;
import io.keymoor.kms.policy.Client;
import io.keymoor.kms.store.Clients;
import io.keymoor.kms.store.EmbeddedDatabase;
import io.keymoor.kms.store.KeyTable;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real KMS of some nodes over one database, all in this process: for trials and tests, which
 * start and stop nodes to see what others make of it. A node keeps its port. Not thread-safe.
 */
public final class LabKms implements AutoCloseable {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Path directory;
  private final EmbeddedDatabase database;
  private final Map<String, KmsNode> running = new LinkedHashMap<>();
  private final Map<String, Integer> ports = new LinkedHashMap<>();

  /** A KMS without a node yet; its files are in {@code directory}. */
  public LabKms(Path directory) {
    this.directory = directory;
    this.database = EmbeddedDatabase.start(directory.resolve("kms-postgres"), RANDOM);
  }

  /** Starts a node, at the port that it had before. */
  public KmsNode start(String name) {
    KmsNode node = KmsNode.start(settings(name), CLOCK, RANDOM);
    running.put(name, node);
    ports.put(name, node.kmip().getPort());
    return node;
  }

  /** Stops a node. */
  public void stop(String name) {
    Optional.ofNullable(running.remove(name)).ifPresent(KmsNode::close);
  }

  /** Where a node listens, running or not. */
  public String place(String name) {
    return "127.0.0.1:" + Optional.ofNullable(ports.get(name)).orElseThrow();
  }

  private NodeSettings settings(String name) {
    Path home = directory.resolve(name);
    try {
      Path password =
          Files.writeString(directory.resolve("db-password"), database.address().password());
      Path passphrase =
          Files.writeString(directory.resolve("passphrase"), "a passphrase of the lab");
      if (!Files.exists(home)) {
        var _ =
            NewNode.create(
                new NewNode.Wish(
                    home,
                    name,
                    "127.0.0.1:0",
                    List.of("127.0.0.1", "localhost"),
                    "127.0.0.1:0",
                    new RootKeyWish.Passphrase(Optional.of(passphrase)),
                    Optional.of(
                        new NodeSettings.SharedDatabase(
                            database.address().url(), database.address().user(), password))),
                CLOCK,
                RANDOM);
      } else if (ports.containsKey(name)) {
        Path file = home.resolve(NodeSettings.FILE);
        String text = Files.readString(file);
        Files.writeString(file, text.replace("listen = 127.0.0.1:0", "listen = " + place(name)));
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return NodeSettings.read(home);
  }

  /** Registers a client; answers its key and certificate. */
  public TlsIdentity register(String name) {
    return administering((clients, keys) ->
        new Registration(clients, keys.authority(), RANDOM)
            .identity(plain(name), Optional.empty(), CLOCK.instant()));
  }

  /** Registers a client with a certificate of its own. */
  public void register(String name, X509Certificate certificate, Optional<String> password) {
    var _ =
        administering((clients, keys) -> {
          new Registration(clients, keys.authority(), RANDOM)
              .certificate(
                  plain(name),
                  certificate,
                  password.map(it -> SecretBytes.takeOver(it.getBytes(UTF_8))),
                  CLOCK.instant());
          return true;
        });
  }

  /** Signs a client's request and registers the client; answers the certificate in PEM. */
  public String sign(String name, String request) {
    return administering((clients, keys) ->
        Pem.certificate(
            new Registration(clients, keys.authority(), RANDOM)
                .request(plain(name), request, Optional.empty(), CLOCK.instant())));
  }

  /** Lets a client in no more. */
  public void remove(String name) {
    var _ =
        administering((clients, keys) -> {
          clients.remove(name);
          return true;
        });
  }

  /** The certificate of the KMS's authority. */
  public X509Certificate authority() {
    return administering((clients, keys) -> keys.authority().certificate());
  }

  private static Client plain(String name) {
    return new Client(name, Optional.empty(), false);
  }

  private interface Work<T> {
    T with(Clients clients, Keys keys);
  }

  private <T> T administering(Work<T> work) {
    NodeSettings settings = settings(ports.keySet().iterator().next());
    try (OpenStore store = OpenStore.toAdminister(settings, RANDOM);
        Keys keys = Keys.open(new KeyTable(store.database()), settings.rootKey(), CLOCK, RANDOM)) {
      return work.with(new Clients(store.database()), keys);
    }
  }

  @Override
  public void close() {
    running.values().forEach(KmsNode::close);
    database.close();
  }
}
