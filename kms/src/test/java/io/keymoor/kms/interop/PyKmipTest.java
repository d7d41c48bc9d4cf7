package io.keymoor.kms.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.SealedFile;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.client.ClientSettings;
import io.keymoor.kmip.client.Endpoint;
import io.keymoor.kmip.client.KmipClient;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.Tools;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Debian's python3-pykmip, both ways. */
class PyKmipTest {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir private Path directory;

  @Test
  void itsClientWorksWithOurServer() {
    requirePyKmip();
    try (TestCluster cluster = TestCluster.embedded(directory)) {
      KmsNode node = cluster.start("node");
      TlsIdentity identity = cluster.register("pykmip");
      write(identity, "client");
      String said =
          Tools.run(
              Map.of(),
              PYTHON,
              script("client.py"),
              node.kmip().getPort(),
              directory.resolve("client.pem"),
              directory.resolve("client.key"),
              directory.resolve("ca.pem"));
      assertThat(said)
          .contains("KMIP_1_0 ok", "KMIP_1_1 ok", "KMIP_1_2 ok", "KMIP_1_3 ok", "KMIP_1_4 ok")
          .contains("KMIP_2_0 ok")
          .contains("sign ok")
          .contains("encrypt ok");
    }
  }

  @Test
  void ourClientWorksWithItsServer() throws Exception {
    requirePyKmip();
    CertificateAuthority authority =
        CertificateAuthority.create("test", InstantSource.system(), new SecureRandom());
    write(authority.newServerIdentity("server", List.of("127.0.0.1")), "server");
    TlsIdentity us = authority.newClientIdentity("keymoor");
    int port = freePort();
    Process server =
        new ProcessBuilder(
                PYTHON,
                script("server.py").toString(),
                directory.toString(),
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("server.out").toFile())
            .start();
    try {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> !server.isAlive() || accepts(port));
      assertThat(server.isAlive())
          .as(() -> "PyKMIP's server said: " + read(directory.resolve("server.out")))
          .isTrue();
      talk(port, us);
    } finally {
      server.destroyForcibly();
      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static void talk(int port, TlsIdentity us) {
    ClientSettings settings =
        ClientSettings.of(List.of(new Endpoint("127.0.0.1", port)), us.context())
            .withVersions(ProtocolVersion.V1_2);
    try (KmipClient client = new KmipClient(settings)) {
      Create.Result made = client.call(Requests.createKey());
      assertThat(made.objectType()).isEqualTo(ObjectType.SYMMETRIC_KEY);
      Get.Result got = client.call(Requests.get(made.uniqueIdentifier()));
      assertThat(Requests.hex(got.managedObject())).hasSize(64);
      client.call(new Activate(ObjectId.of(made.uniqueIdentifier())));
      client.call(Requests.revoke(made.uniqueIdentifier()));
      client.call(new Destroy(ObjectId.of(made.uniqueIdentifier())));
    }
  }

  private static void requirePyKmip() {
    Tools.require("python3");
    Assumptions.assumeTrue(
        Files.isDirectory(Path.of("/usr/lib/python3/dist-packages/kmip")),
        "skipped: the Debian package python3-pykmip is not installed");
  }

  private Path script(String name) {
    try (InputStream in =
        Objects.requireNonNull(PyKmipTest.class.getResourceAsStream(name), name)) {
      return Files.write(directory.resolve(name), in.readAllBytes());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void write(TlsIdentity identity, String name) {
    SealedFile.replace(
        directory.resolve(name + ".pem"),
        Pem.certificate(identity.certificate()).getBytes(US_ASCII));
    SealedFile.replace(
        directory.resolve("ca.pem"), Pem.certificate(identity.authority()).getBytes(US_ASCII));
    try (SecretBytes key = Pem.privateKey(identity.key())) {
      ClearBytes.use(key, clear -> SealedFile.replace(directory.resolve(name + ".key"), clear));
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

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException failure) {
      return failure.toString();
    }
  }
}
