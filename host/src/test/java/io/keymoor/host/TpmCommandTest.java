package io.keymoor.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.testing.TestHost;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As an administrator does it, signing with openssl. */
class TpmCommandTest {
  @TempDir private Path path;

  private record Said(int status, String out, String err) {}

  private Said say(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--dir", path.resolve("host").toString()));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        HostMain.execute(new PrintStream(out), new PrintStream(err), all.toArray(String[]::new));
    return new Said(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private String at(String name) {
    return path.resolve(name).toString();
  }

  private void run(String tcti, String... words) throws Exception {
    ProcessBuilder program = new ProcessBuilder(words);
    program.environment().put("TPM2TOOLS_TCTI", tcti);
    assertThat(program.inheritIO().start().waitFor()).isZero();
  }

  @Test
  void withoutATpmEachSaysSoAndChangesNothing() {
    TestHost host = TestHost.initialised(path.resolve("host"));
    for (String command : List.of("show", "suspend", "resume")) {
      Said said = say("tpm", command);
      assertThat(said.status()).as(command).isEqualTo(1);
      assertThat(said.err()).contains("No TPM seals the configuration", "left as it was");
    }
    Said wrong = say("seal", "--approver", at("host/host.key"));
    assertThat(wrong.status()).isEqualTo(1);
    assertThat(wrong.err()).contains("can't be an approver's key", "left as it was");
    assertThat(host.directory().key().file()).exists();
  }

  @Test
  void aBootChainIsApprovedOnALockedHostAndSuspendedOnAnOpenOne() throws Exception {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    TestHost host = TestHost.initialised(path.resolve("host"));
    try (SoftwareTpm chip = SoftwareTpm.start(path.resolve("tpm"))) {
      String tcti = chip.tpm().tcti();
      run(
          tcti,
          "openssl",
          "genpkey",
          "-quiet",
          "-algorithm",
          "EC",
          "-pkeyopt",
          "ec_paramgen_curve:P-256",
          "-out",
          at("key"));
      run(tcti, "openssl", "pkey", "-in", at("key"), "-pubout", "-out", at("approver"));
      Said sealed = say("seal", "--tpm", tcti, "--pcrs", "16", "--approver", at("approver"));
      assertThat(sealed.status()).as(sealed.err()).isZero();
      assertThat(sealed.out()).contains("registers 16 are as now", "keymoor host tpm suspend");
      assertThat(say("tpm", "show").out())
          .contains("registers  16", "suspended  no", "approver   yes", "TPM        sha256:");

      run(tcti, "tpm2_pcrextend", "16:sha256=" + "ab".repeat(32));
      assertThatThrownBy(host::configuration).isInstanceOf(ConfigurationException.Locked.class);
      Said measured = say("tpm", "measure", "--out", at("measured"));
      assertThat(measured.out()).as(measured.err()).matches("[0-9a-f]{64}\\n");
      assertThat(say("tpm", "measure", "--out", at("measured")).err()).contains("can't be written");
      run(
          tcti,
          "openssl",
          "dgst",
          "-sha256",
          "-sign",
          at("key"),
          "-out",
          at("signature"),
          at("measured"));
      String[] approve = {"tpm", "approve", "--measured", at("measured"), "--signature"};
      Said refused = say(with(approve, at("measured")));
      assertThat(refused.err()).contains("not of the approver", "left as it was");
      Said approved = say(with(approve, at("signature")));
      assertThat(approved.status()).as(approved.err()).isZero();
      host.configuration().close();

      Said suspended = say("tpm", "suspend");
      assertThat(suspended.out()).as(suspended.err()).contains("Suspended: update and boot");
      assertThat(say("tpm", "show").out()).contains("suspended  until the next boot");
      run(tcti, "tpm2_pcrextend", "16:sha256=" + "cd".repeat(32));
      assertThat(say("tpm", "resume").out()).contains("Resumed");
      try (HostConfiguration configuration = host.configuration()) {
        assertThat(configuration.sealedByTpm()).isTrue();
      }
      assertThat(say("tpm", "resume").out()).contains("Nothing was suspended");
    }
  }

  private static String[] with(String[] words, String last) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(last);
    return all.toArray(String[]::new);
  }
}
