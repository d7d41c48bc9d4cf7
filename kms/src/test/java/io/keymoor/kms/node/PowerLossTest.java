package io.keymoor.kms.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.TestConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a node under load, twice, and counts every key whose making it had confirmed. */
class PowerLossTest {
  private static final ProtocolVersion V = ProtocolVersion.V1_4;
  private static final int ROUNDS = 2;
  private static final int WRITERS = 8;
  private static final int ENOUGH = 300;

  @TempDir private Path directory;

  @Test
  void everyConfirmedKeyIsThereAfterTheNodeWasKilled() throws Exception {
    TlsIdentity client;
    try (TestCluster cluster = TestCluster.embedded(directory)) {
      cluster.settings("node");
      client = cluster.register("client");
    }
    Queue<String> confirmed = new ConcurrentLinkedQueue<>();
    for (int round = 0; round < ROUNDS; round++) {
      loadAndKill(client, confirmed);
    }
    Process node = node();
    try (TestConnection connection = TestConnection.open(address(node), client)) {
      List<String> missing = new ArrayList<>();
      for (String id : confirmed) {
        String key = Requests.hex(connection.perform(V, Requests.get(id)).managedObject());
        if (key.length() != 64) {
          missing.add(id);
        }
      }
      assertThat(missing).isEmpty();
      assertThat(confirmed).hasSizeGreaterThanOrEqualTo(ROUNDS * ENOUGH);
    } finally {
      node.destroy();
      assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private void loadAndKill(TlsIdentity client, Queue<String> confirmed) throws Exception {
    Process node = node();
    InetSocketAddress address = address(node);
    int before = confirmed.size();
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(Thread.ofVirtual().start(() -> write(address, client, confirmed)));
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(10))
        .until(() -> confirmed.size() - before >= ENOUGH);
    node.destroyForcibly();
    assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
    for (Thread writer : writers) {
      writer.join();
    }
  }

  /** Makes keys until the connection breaks; an identifier counts once its answer came. */
  private static void write(
      InetSocketAddress address, TlsIdentity client, Queue<String> confirmed) {
    try (TestConnection connection = TestConnection.open(address, client)) {
      while (true) {
        confirmed.add(connection.perform(V, Requests.createKey()).uniqueIdentifier());
      }
    } catch (RuntimeException killed) {
      // The end that this test is about.
    }
  }

  private Process node() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            "io.keymoor.kms.KmsMain",
            "run",
            "--dir",
            directory.resolve("node").toString())
        .redirectError(directory.resolve("node.log").toFile())
        .start();
  }

  /** The address that the node prints once it serves. */
  private static InetSocketAddress address(Process node) throws IOException {
    BufferedReader said = new BufferedReader(new InputStreamReader(node.getInputStream(), UTF_8));
    String line = String.valueOf(said.readLine());
    assertThat(line).startsWith("Serving KMIP on 127.0.0.1:");
    String port = line.substring("Serving KMIP on 127.0.0.1:".length(), line.indexOf(';'));
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }
}
