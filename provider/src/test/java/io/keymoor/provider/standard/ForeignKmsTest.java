package io.keymoor.provider.standard;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kms.lab.CuttingProxy;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.testing.NotingLedger;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against Debian's python3-pykmip, which takes no custom attributes and knows no Add Attribute. */
class ForeignKmsTest {
  private static final String PYTHON = "/usr/bin/python3";
  private static final String OPERATION = "Processing operation: ";
  private static final ProviderReference REFERENCE =
      new ProviderReference(new UUID(0, 8), new ProviderName("foreign"), ProviderType.STANDARD);

  @TempDir private Path directory;

  @Test
  void keysAreMadeFetchedAndFoundAgainInAKmsOfAnotherMaker() throws Exception {
    Assumptions.assumeTrue(
        Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/kmip")),
        "skipped: the Debian package python3-pykmip is not installed");
    CertificateAuthority authority =
        CertificateAuthority.create("test", InstantSource.system(), new SecureRandom());
    write(authority.newServerIdentity("server", List.of("127.0.0.1")));
    TlsIdentity us = authority.newClientIdentity("keymoor");
    int port = freePort();
    Process server = start(port);
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> !server.isAlive() || accepts(port));
      assertThat(server.isAlive()).as(() -> "PyKMIP's server said: " + said()).isTrue();
      talk(port, us, authority);
      assertThat(messages())
          .as(
              "it reads no Activate without an id, and takes many requests in a message all the same")
          .contains(Collections.nCopies(5, "Create"), Collections.nCopies(5, "Activate"));
    } finally {
      server.destroyForcibly();
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void talk(int port, TlsIdentity us, CertificateAuthority authority) {
    NotingLedger ledger = new NotingLedger();
    try (CuttingProxy network = new CuttingProxy(port);
        StandardKeyProvider foreign = provider("127.0.0.1:" + port, us, authority, ledger);
        StandardKeyProvider cut = provider(network.place(), us, authority, ledger)) {
      assertThat(foreign.health().getFirst().failing()).isEmpty();
      // The first shows what it does not take.
      foreign.issueKey(purpose()).close();
      List<KeyId> ids =
          foreign.issueKeys(IntStream.range(0, 5).mapToObj(i -> purpose()).toList()).stream()
              .map(issue -> {
                try (IssuedKey key = ((Issue.Issued) issue).key()) {
                  return key.id();
                }
              })
              .toList();
      try (FoundKeys found = foreign.keys(ids)) {
        assertThat(found.missing()).isEmpty();
        assertThat(found.notes()).isEmpty();
        assertThat(found.keys()).hasSize(5);
      }
      assertThatThrownBy(() -> foreign.issueWrappingKey(purpose(), new SecureRandom()))
          .isInstanceOf(ProviderException.KeyNotIssued.class)
          .hasMessageContaining("its KMS can't wrap keys under one that stays inside")
          .hasMessageContaining("without --wrap-in-kms");
      KeyId missing = new KeyId("4711");
      try (FoundKeys found = foreign.keys(List.of(missing))) {
        assertThat(found.missing().get(missing)).contains("no server of the KMS knows it");
      }
      // It learns what this KMS takes before the answer is lost.
      cut.issueKey(purpose()).close();
      cut.issueKey(purpose()).close();
      network.loseAnswers(true);
      assertThat(cut.issueKeys(List.of(purpose())).getFirst()).isInstanceOf(Issue.Unknown.class);
      assertThat(foreign.find(ledger.unanswered().getFirst())).as("by its name").hasSize(1);
      assertThat(foreign.destroy(ids)).isEmpty();
    }
  }

  /** The operations of every message that it got, as its log has them. */
  private List<List<String>> messages() throws IOException {
    List<List<String>> messages = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("server.log"))) {
      int operation = line.indexOf(OPERATION);
      if (line.contains("Received request at time")) {
        messages.add(new ArrayList<>());
      } else if (operation >= 0) {
        messages.getLast().add(line.substring(operation + OPERATION.length()));
      }
    }
    return messages;
  }

  private static KeyPurpose purpose() {
    return new KeyPurpose(KeyPurpose.Kind.VIRTUAL_MACHINE, new UUID(0, 1), "web01");
  }

  private static StandardKeyProvider provider(
      String place, TlsIdentity us, CertificateAuthority authority, NotingLedger ledger) {
    return new StandardKeyProvider(
        REFERENCE,
        new KmsAccess(
            List.of(KmsServer.at(place)),
            KmsAccess.Order.ROUND_ROBIN,
            Duration.ofSeconds(60),
            List.of(authority.certificate()),
            Optional.of(new KmsAccess.Identity(us.key(), List.of(us.certificate()))),
            Optional.empty()),
        ledger);
  }

  private Process start(int port) throws IOException {
    Path script = directory.resolve("server.py");
    try (InputStream in =
        Objects.requireNonNull(ForeignKmsTest.class.getResourceAsStream("pykmip-server.py"))) {
      Files.write(script, in.readAllBytes());
    }
    return new ProcessBuilder(
            PYTHON, script.toString(), directory.toString(), Integer.toString(port))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("server.out").toFile())
        .start();
  }

  private void write(TlsIdentity identity) {
    SealedFile.replace(
        directory.resolve("server.pem"),
        Pem.certificate(identity.certificate()).getBytes(US_ASCII));
    SealedFile.replace(
        directory.resolve("ca.pem"), Pem.certificate(identity.authority()).getBytes(US_ASCII));
    Pem.writePrivateKey(directory.resolve("server.key"), identity.key());
  }

  private String said() {
    try {
      return Files.readString(directory.resolve("server.out"));
    } catch (IOException failure) {
      return failure.toString();
    }
  }

  private static boolean accepts(int port) {
    try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return probe.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
