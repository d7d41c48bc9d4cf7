package io.keymoor.kms.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

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
import io.keymoor.kms.lab.ForeignKms;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestCluster;
import io.keymoor.kms.testing.Tools;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  void ourClientWorksWithItsServer() {
    requirePyKmip();
    try (ForeignKms foreign = ForeignKms.started(directory)) {
      talk(foreign.address(), foreign.newIdentity("keymoor"));
    }
  }

  private static void talk(InetSocketAddress server, TlsIdentity us) {
    ClientSettings settings =
        ClientSettings.of(
                List.of(new Endpoint(server.getAddress().getHostAddress(), server.getPort())),
                us.context())
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
    ForeignKms.unavailableReason().ifPresent(reason -> Assumptions.assumeTrue(false, reason));
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
}
