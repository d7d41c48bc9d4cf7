package io.keymoor.kms.rootkey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.kms.command.KmsCommand;
import io.keymoor.kms.command.Output;
import io.keymoor.kms.node.KmsNode;
import io.keymoor.kms.node.NodeSettings;
import io.keymoor.kms.testing.Tools;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A KMS whose keys a TPM seals, as an administrator sees it. */
class TpmRootKeyTest {
  @TempDir private Path directory;
  private String out = "";
  private String err = "";

  @BeforeEach
  void requireSoftwareTpm() {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
  }

  @Test
  void theKeysOpenOnTheSameTpmOnlyAndTheRecoveryPassphraseLetsAnotherOneIn() throws IOException {
    Path passphrase = Files.writeString(directory.resolve("recovery"), "kept elsewhere\n");
    try (SoftwareTpm chip = SoftwareTpm.start(directory.resolve("chip"))) {
      assertThat(init(chip, "tpm", "--passphrase-file", passphrase)).isZero();
      assertThat(out)
          .contains("sealed by this machine's TPM")
          .contains("The passphrase in " + passphrase + " opens them too");
      start();
    }
    try (SoftwareTpm chip = SoftwareTpm.start(directory.resolve("chip"))) {
      moveTo(chip);
      start();
    }
    try (SoftwareTpm other = SoftwareTpm.start(directory.resolve("other"))) {
      moveTo(other);
      assertThatThrownBy(this::start)
          .isInstanceOf(RootKeyException.class)
          .hasMessageContaining("not the one that sealed the secret");
      assertThat(rootKey(other, "tpm", "--open-with", passphrase)).isZero();
      assertThat(out).contains("from its next start on");
      start();
    }
    assertThatThrownBy(this::start)
        .isInstanceOf(RootKeyException.class)
        .hasMessageContaining("No TPM 2.0 answers");
  }

  @Test
  void aChangedRegisterKeepsTheKmsShutUntilItIsSealedAgain() throws IOException {
    Path passphrase = Files.writeString(directory.resolve("recovery"), "kept elsewhere\n");
    try (SoftwareTpm chip = SoftwareTpm.start(directory.resolve("chip"))) {
      assertThat(init(chip, "tpm:7,16", "--passphrase-file", passphrase)).isZero();
      assertThat(out).contains("as long as its registers 7,16 stay");
      start();
      Tools.run(
          Map.of("TPM2TOOLS_TCTI", chip.tpm().tcti()),
          "/usr/bin/tpm2_pcrextend",
          "16:sha256=" + "cd".repeat(32));
      assertThatThrownBy(this::start)
          .isInstanceOf(RootKeyException.class)
          .hasMessageContaining("registers 7,16 are not as they were");
      assertThat(rootKey(chip, "tpm:7,16", "--open-with", passphrase)).isZero();
      start();
    }
  }

  @Test
  void wrongChoicesAreSaidPlainly() {
    String home = directory.resolve("kms").toString();
    assertThat(run("init", "--dir", home, "--root-key", "tpm:99")).isEqualTo(1);
    assertThat(err).contains("registers 0 to 23, not 99");
    assertThat(run("init", "--dir", home, "--root-key", "stone")).isEqualTo(1);
    assertThat(err).contains("none of passphrase, token, tpm");
    assertThat(run("init", "--dir", home, "--root-key", "token")).isEqualTo(1);
    assertThat(err).contains("--token-library is needed");
    assertThat(run("init", "--dir", home, "--root-key", "tpm", "--tpm", "swtpm:port=1"))
        .isEqualTo(1);
    assertThat(err).contains("No TPM 2.0 answers").contains("nothing was changed");
  }

  private int init(SoftwareTpm chip, Object... rootKey) {
    return run(
        Stream.concat(
                Stream.of(
                    "init",
                    "--dir",
                    directory.resolve("kms"),
                    "--listen",
                    "127.0.0.1:0",
                    "--monitor",
                    "127.0.0.1:0",
                    "--tpm",
                    chip.tpm().tcti(),
                    "--root-key"),
                Arrays.stream(rootKey))
            .toArray());
  }

  private int rootKey(SoftwareTpm chip, Object... rootKey) {
    return run(
        Stream.concat(
                Stream.of(
                    "root-key",
                    "--dir",
                    directory.resolve("kms"),
                    "--tpm",
                    chip.tpm().tcti(),
                    "--root-key"),
                Arrays.stream(rootKey))
            .toArray());
  }

  /** The software TPM's port differs after each start; a real one keeps its place. */
  private void moveTo(SoftwareTpm chip) throws IOException {
    Path file = directory.resolve("kms").resolve(NodeSettings.FILE);
    Files.writeString(
        file,
        Files.readString(file)
            .replaceAll("(?m)^root-key.tpm = .*$", "root-key.tpm = " + chip.tpm().tcti()));
  }

  private void start() {
    KmsNode.start(
            NodeSettings.read(directory.resolve("kms")), InstantSource.system(), new SecureRandom())
        .close();
  }

  private int run(Object... arguments) {
    StringWriter outText = new StringWriter();
    StringWriter errText = new StringWriter();
    int exit =
        KmsCommand.run(
            new Output(
                new ByteArrayInputStream(new byte[0]),
                new PrintWriter(outText, true),
                new PrintWriter(errText, true)),
            InstantSource.system(),
            Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
    out = outText.toString();
    err = errText.toString();
    return exit;
  }
}
