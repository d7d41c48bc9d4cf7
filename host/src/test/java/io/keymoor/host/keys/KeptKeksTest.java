package io.keymoor.host.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.holder.HolderConnection;
import io.keymoor.host.holder.HolderProcess;
import io.keymoor.host.holder.KeyHolder;
import io.keymoor.host.testing.FakeManager;
import io.keymoor.host.testing.HolderProcesses;
import io.keymoor.host.testing.SecretForms;
import io.keymoor.host.testing.TestHost;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.KeyNames;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delivered keys while agents come and go, with real key holders. */
class KeptKeksTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID KMS = UUID.fromString("6f1c1f5e-6a65-4f3c-9d5b-0c7a3f1b2e4d");

  @TempDir Path path;

  private final FakeManager manager = new FakeManager();
  private final byte[] clear = new byte[32];
  private Path directory;
  private TestHost host;
  private SecretBytes kek;

  @BeforeEach
  void enrol() {
    directory = path.resolve("run");
    host = TestHost.enrolled(path.resolve("host"), manager);
    RANDOM.nextBytes(clear);
    kek = SecretBytes.takeOver(clear.clone());
  }

  @AfterEach
  void close() {
    HolderProcesses.kill(directory);
    manager.close();
    kek.close();
  }

  private static void eventually(ThrowingRunnable assertion) {
    await().atMost(Duration.ofSeconds(90)).untilAsserted(assertion);
  }

  /** What of an agent has to do with delivered keys. */
  private final class Agent implements AutoCloseable {
    private final HostConfiguration configuration = host.configuration();
    private final HostKeys keys = new HostKeys();
    private final DesiredProviders providers =
        new DesiredProviders(configuration, keys, manager.hostId(), false);
    private final KeyUpdates updates =
        new KeyUpdates(configuration, keys, manager.hostId(), FakeManager.CLUSTER);
    private final KeptKeks kept = new KeptKeks(directory, configuration, keys);

    Agent() {
      providers.load();
      kept.load();
      keys.onChange(kept::changed);
      kept.start();
    }

    void desire(long revision, boolean kms) {
      providers.apply(
          new DesiredState(revision, kms ? List.of(FakeManager.standard(KMS, "kms")) : List.of()));
    }

    void deliver(String id) {
      long revision = updates.held().revision() + 1;
      updates.apply(
          new KeyUpdate(
              revision,
              false,
              List.of(),
              List.of(manager.sealed(revision, KMS, List.of(id), List.of(kek))),
              List.of()));
    }

    void forget(String id) {
      updates.apply(
          new KeyUpdate(
              updates.held().revision() + 1,
              false,
              List.of(new KeyNames(KMS, List.of(id))),
              List.of(),
              List.of()));
    }

    void assertHolds(String id) {
      try (IssuedKey issued = keys.issue(KMS, new KeyId(id))) {
        assertThat(issued.kek()).isEqualTo(kek);
      }
    }

    @Override
    public void close() {
      kept.close();
      keys.close();
      configuration.close();
    }
  }

  private Set<String> held() {
    try (HolderConnection holder = HolderConnection.to(directory)) {
      return holder.names();
    } catch (IOException away) {
      throw new AssertionError("the key holder does not answer", away);
    }
  }

  private static String name(String id) {
    return KMS + "/" + id;
  }

  @Test
  void keysComeBackAfterTheAgentsEndWithoutTheManager() {
    try (Agent agent = new Agent()) {
      agent.desire(1, true);
      agent.deliver("a");
      agent.deliver("b");
      eventually(() -> assertThat(held()).containsExactlyInAnyOrder(name("a"), name("b")));
      eventually(() -> assertThat(agent.kept.problem()).isEmpty());
    }
    try (Agent next = new Agent()) {
      next.assertHolds("a");
      next.assertHolds("b");
      assertThat(next.updates.held().revision()).isZero();
    }
  }

  @Test
  void aHolderThatWasKilledIsStartedAndFilledAgain() {
    try (Agent agent = new Agent()) {
      agent.desire(1, true);
      agent.deliver("a");
      eventually(() -> assertThat(held()).containsExactly(name("a")));
      HolderProcesses.kill(directory);
      agent.assertHolds("a");
      eventually(() -> assertThat(held()).containsExactly(name("a")));
      eventually(() -> assertThat(agent.kept.problem()).isEmpty());
    }
  }

  @Test
  void whatIsForgottenOrOfADeletedProviderLeavesTheHolder() {
    try (Agent agent = new Agent()) {
      agent.desire(1, true);
      agent.deliver("a");
      agent.deliver("b");
      eventually(() -> assertThat(held()).hasSize(2));
      agent.forget("a");
      eventually(() -> assertThat(held()).containsExactly(name("b")));
      agent.desire(2, false);
      eventually(() -> assertThat(held()).isEmpty());
    }
  }

  @Test
  void theHolderNeverHasAKeyThatItCouldUse() throws IOException {
    try (Agent agent = new Agent()) {
      agent.desire(1, true);
      agent.deliver("a");
      eventually(() -> assertThat(held()).hasSize(1));
      try (HolderConnection holder = HolderConnection.to(directory)) {
        holder.all().values().forEach(box -> SecretForms.assertAbsent(box, clear));
      }
    }
    host = TestHost.enrolled(path.resolve("another"), manager);
    try (Agent other = new Agent()) {
      other.desire(1, true);
      assertThat(other.keys.delivered().size())
          .as("sealed under another host's configuration")
          .isZero();
    }
  }

  @Test
  void tenThousandKeysAreKeptAndComeBack() {
    List<String> ids = IntStream.range(0, 10_000).mapToObj(i -> "vm-" + i).toList();
    try (Agent agent = new Agent()) {
      agent.desire(1, true);
      for (int from = 0; from < 10_000; from += 1000) {
        List<String> some = ids.subList(from, from + 1000);
        agent.updates.apply(
            new KeyUpdate(
                from,
                false,
                List.of(),
                List.of(manager.sealed(from, KMS, some, Collections.nCopies(1000, kek))),
                List.of()));
      }
      eventually(() -> assertThat(held()).hasSize(10_000));
    }
    try (Agent next = new Agent()) {
      assertThat(next.keys.delivered().size()).isEqualTo(10_000);
      next.assertHolds("vm-9999");
    }
  }

  @Test
  void withoutAStandardProviderThereIsNoHolder() {
    try (Agent agent = new Agent()) {
      agent.desire(1, false);
      agent.kept.changed();
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  void aHolderEndsWithItsSocketAsWhenTheHostRestarts() throws IOException {
    HostDirectory.ownerOnly(directory);
    HolderProcess.start(directory);
    eventually(() -> assertThat(held()).isEmpty());
    Files.delete(KeyHolder.socket(directory));
    eventually(() -> assertThat(HolderProcesses.of(directory)).isEmpty());
  }

  @Test
  void aDirectoryHasOneHolder() {
    HostDirectory.ownerOnly(directory);
    HolderProcess.start(directory);
    eventually(() -> assertThat(held()).isEmpty());
    HolderProcess.start(directory);
    eventually(() ->
        assertThat(Files.readString(directory.resolve("log"))).contains("another one serves"));
    eventually(() -> assertThat(HolderProcesses.of(directory)).hasSize(1));
    assertThat(held()).isEmpty();
  }

  @Test
  void whoSpeaksSomethingElseIsNotAnsweredAndTheOthersAre() throws IOException {
    HostDirectory.ownerOnly(directory);
    HolderProcess.start(directory);
    eventually(() -> assertThat(held()).isEmpty());
    for (byte[] words :
        List.of(
            "GET / HTTP/1.1\r\n".getBytes(US_ASCII),
            new byte[] {'K', 'M', 'K', 'H', 1, 'P', 0x7f, 0, 0, 0},
            new byte[] {'K', 'M', 'K', 'H', 1, 'P', 0, 0, 0, 1, 2, 0},
            new byte[] {'K', 'M', 'K', 'H', 1, 'X', 0, 0, 0, 0})) {
      try (SocketChannel stranger =
          SocketChannel.open(UnixDomainSocketAddress.of(KeyHolder.socket(directory)))) {
        stranger.write(ByteBuffer.wrap(words));
        ByteBuffer heard = ByteBuffer.allocate(64);
        while (stranger.read(heard) >= 0) {
          assertThat(heard.position()).isLessThanOrEqualTo(5);
        }
      }
    }
    assertThat(held()).isEmpty();
  }
}
