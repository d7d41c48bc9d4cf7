package io.keymoor.kms.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.crypto.CertificateRequest;
import io.keymoor.crypto.Pem;
import io.keymoor.crypto.TlsIdentity;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.testing.Requests;
import io.keymoor.kms.testing.TestConnection;
import io.keymoor.secret.SecretBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as an administrator uses them, from the first to a restored export. */
class KmsCommandTest {
  private static final ProtocolVersion V = ProtocolVersion.V1_4;

  @TempDir private Path directory;
  private String out = "";
  private String err = "";

  @Test
  void fromSettingUpToRestoringAnExport() throws Exception {
    String kms = directory.resolve("kms").toString();
    assertThat(run("init", "--dir", kms, "--listen", "127.0.0.1:0", "--monitor", "127.0.0.1:0"))
        .isZero();
    assertThat(out)
        .contains("A KMS was set up in " + kms)
        .contains("Keep a copy of that file elsewhere")
        .contains("keymoor kms run --dir " + kms);
    assertThat(run("init", "--dir", kms)).isEqualTo(1);
    assertThat(err).contains("There is a KMS in").contains("nothing was changed");
    assertThat(run("status", "--dir", kms)).isEqualTo(1);
    assertThat(out).contains("Not running. Start it with");

    assertThat(run("client", "add", "alice", "--dir", kms, "--out", directory.toString())).isZero();
    addByRequest(kms);
    assertThat(run("client", "list", "--dir", kms)).isZero();
    assertThat(out).contains("NAME").contains("alice").contains("vcenter");

    String id;
    NodeSettings settings = NodeSettings.read(Path.of(kms));
    try (KmsNode node = KmsNode.start(settings, InstantSource.system(), new SecureRandom())) {
      try (TestConnection connection = TestConnection.open(node.kmip(), alice(kms))) {
        id =
            connection.perform(V, Requests.createKey(Requests.name("disk key"))).uniqueIdentifier();
      }
      assertThat(run("list", "--dir", kms)).as("beside the running node").isZero();
      assertThat(out).contains(id).contains("SymmetricKey").contains("disk key");
      assertThat(run("client", "remove", "vcenter", "--dir", kms)).isZero();
    }
    assertThat(run("audit", "--dir", kms)).isZero();
    assertThat(out).contains("Create").contains(id);
    exportAndImport(kms, id);
  }

  private void addByRequest(String kms) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    KeyPair keys = generator.generateKeyPair();
    Path request = directory.resolve("vcenter.csr");
    Files.writeString(request, CertificateRequest.pem(keys, "ignored"));
    assertThat(
            run(
                "client",
                "add",
                "vcenter",
                "--dir",
                kms,
                "--csr",
                request.toString(),
                "--out",
                directory.toString()))
        .isZero();
    assertThat(Pem.certificate(Files.readString(directory.resolve("vcenter.pem"))).getPublicKey())
        .isEqualTo(keys.getPublic());
  }

  private TlsIdentity alice(String kms) throws IOException {
    try (SecretBytes key =
        SecretBytes.takeOver(Files.readAllBytes(directory.resolve("alice.key")))) {
      return new TlsIdentity(
          Pem.privateKey(key),
          Pem.certificate(Files.readString(directory.resolve("alice.pem"))),
          Pem.certificate(Files.readString(Path.of(kms, "ca.pem"))));
    }
  }

  private void exportAndImport(String kms, String id) throws IOException {
    Path passphrase = Files.writeString(directory.resolve("export-passphrase"), "open sesame\n");
    Path file = directory.resolve("objects.kms");
    assertThat(
            run(
                "export",
                file.toString(),
                "--dir",
                kms,
                "--passphrase-file",
                passphrase.toString()))
        .isZero();
    assertThat(out).contains("1 objects are in");
    String other = directory.resolve("other").toString();
    assertThat(run("init", "--dir", other, "--listen", "127.0.0.1:0", "--monitor", "127.0.0.1:0"))
        .isZero();
    Path wrong = Files.writeString(directory.resolve("wrong"), "open barley\n");
    assertThat(
            run("import", file.toString(), "--dir", other, "--passphrase-file", wrong.toString()))
        .isEqualTo(1);
    assertThat(err).contains("does not open");
    for (String expected : new String[] {"1 objects were added", "0 objects were added"}) {
      assertThat(
              run(
                  "import",
                  file.toString(),
                  "--dir",
                  other,
                  "--passphrase-file",
                  passphrase.toString()))
          .isZero();
      assertThat(out).contains(expected);
    }
    assertThat(run("list", "--dir", other)).isZero();
    assertThat(out).contains(id).contains("alice");
  }

  @Test
  void wrongUsageAndMissingNodesAreSaidPlainly() {
    assertThat(run("run")).isEqualTo(2);
    assertThat(err).contains("--dir").contains("--help");
    assertThat(run("run", "--dir", directory.resolve("nothing").toString())).isEqualTo(1);
    assertThat(err).contains("There is no KMS in").contains("keymoor kms init --dir");
  }

  @Test
  void aMistypedSettingIsNamed() throws IOException {
    Files.writeString(directory.resolve(NodeSettings.FILE), "format = 1\nlistem = x\n");
    assertThat(run("status", "--dir", directory.toString())).isEqualTo(1);
    assertThat(err).contains("listem");
  }

  private int run(String... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int exit =
        KmsCommand.run(
            new Output(
                new ByteArrayInputStream(new byte[0]),
                new PrintWriter(outText, true),
                new PrintWriter(errText, true)),
            InstantSource.system(),
            arguments);
    out = outText.toString();
    err = errText.toString();
    return exit;
  }
}
