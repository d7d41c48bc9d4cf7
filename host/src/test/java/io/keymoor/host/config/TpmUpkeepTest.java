package io.keymoor.host.config;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.host.testing.TestHost;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.PcrSelection;
import io.keymoor.tpm.Tpm;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TpmUpkeepTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final TpmTerms DEBUG_REGISTER = TpmTerms.of(PcrSelection.parse("16"));
  private static final UUID THIS_BOOT = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000001");
  private static final UUID NEXT_BOOT = UUID.fromString("bbbbbbbb-0000-4000-8000-000000000002");

  private SoftwareTpm chip;
  private TestHost host;
  private Path file;
  private Resealing resealing;
  private TpmUpkeep upkeep;
  private SecretBytes recovery;

  @BeforeAll
  void powerOn(@TempDir Path states) {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    chip = SoftwareTpm.start(states);
  }

  @AfterAll
  void powerOff() {
    if (chip != null) {
      chip.close();
    }
  }

  @BeforeEach
  void seal(@TempDir Path path) {
    host = TestHost.initialised(path.resolve("host"));
    resealing = new Resealing(host.directory(), RANDOM);
    upkeep = new TpmUpkeep(host.directory());
    recovery = resealing.underTpm(chip.tpm(), DEBUG_REGISTER).orElseThrow();
    file = host.directory().tpmSeal().file();
  }

  @AfterEach
  void takeItsCounterAway() {
    host.directory().tpmSeal().forgetCounter();
    recovery.close();
  }

  private void assertOpens() {
    try (HostConfiguration configuration = host.configuration()) {
      assertThat(configuration.sealedByTpm()).isTrue();
    }
  }

  private void assertLocked(String code) {
    assertThatThrownBy(host::configuration)
        .isInstanceOfSatisfying(
            ConfigurationException.Locked.class,
            locked -> assertThat(locked.code()).isEqualTo(code))
        .hasMessageContaining("keymoor host recover");
  }

  private void update() throws Exception {
    tool("tpm2_pcrextend", "16:sha256=" + "ab".repeat(32));
  }

  private void tool(String... words) throws Exception {
    ProcessBuilder program = new ProcessBuilder(new ArrayList<>(List.of(words)));
    program.environment().put("TPM2TOOLS_TCTI", chip.tpm().tcti());
    assertThat(program.inheritIO().start().waitFor()).isZero();
  }

  private String counter() throws IOException {
    String bound =
        Files.readAllLines(file, US_ASCII).stream()
            .filter(line -> line.startsWith("counter "))
            .findFirst()
            .orElseThrow();
    return "0x%08x".formatted(Integer.parseInt(bound.split(" ", -1)[1]));
  }

  @Test
  void anUpdateWhileSuspendedLocksNothingAndTheNextBootResumes() throws Exception {
    byte[] before = Files.readAllBytes(file);
    upkeep.suspend(THIS_BOOT);
    assertThat(upkeep.terms().suspendedIn()).contains(THIS_BOOT);
    update();
    assertOpens();
    upkeep.atStart(() -> THIS_BOOT);
    assertThat(upkeep.terms().suspendedIn())
        .as("the agent restarted, the machine did not")
        .contains(THIS_BOOT);
    byte[] suspended = Files.readAllBytes(file);
    upkeep.suspend(THIS_BOOT);
    upkeep.atStart(() -> NEXT_BOOT);
    assertThat(upkeep.terms()).isEqualTo(DEBUG_REGISTER);
    assertOpens();

    byte[] resumed = Files.readAllBytes(file);
    for (byte[] old : List.of(before, suspended)) {
      Files.write(file, old);
      assertLocked("tpm_rolled_back");
    }
    Files.write(file, resumed);
    update();
    assertLocked("tpm_pcrs_changed");
    upkeep.atStart(() -> NEXT_BOOT);
  }

  @Test
  void itIsResumedAtOnceOnDemandAndOnlyWhatIsSuspended() throws Exception {
    assertThat(upkeep.resume()).isFalse();
    upkeep.suspend(THIS_BOOT);
    byte[] suspended = Files.readAllBytes(file);
    assertThat(upkeep.resume()).isTrue();
    assertOpens();
    Files.write(file, suspended);
    assertLocked("tpm_rolled_back");
    resealing.recoverToTpm(recovery, chip.tpm(), TpmTerms.of(PcrSelection.NONE));
    assertThatThrownBy(() -> upkeep.suspend(THIS_BOOT))
        .isInstanceOf(ConfigurationException.SealRefused.class)
        .hasMessageContaining("locks nothing");
    resealing.underKeyFile();
    assertThatThrownBy(upkeep::resume)
        .isInstanceOf(ConfigurationException.SealRefused.class)
        .hasMessageContaining("keymoor host seal");
    upkeep.atStart(() -> NEXT_BOOT);
  }

  @Test
  void killedBeforeTheCounterGoesOnItOpensAndTheNextStartFinishes() throws Exception {
    byte[] before = Files.readAllBytes(file);
    byte[] cut = suspendedAndKilled();
    assertOpens();
    Files.write(file, before);
    assertOpens();
    Files.write(file, cut);
    upkeep.atStart(() -> THIS_BOOT);
    assertOpens();
    Files.write(file, before);
    assertLocked("tpm_rolled_back");
    Files.write(file, cut);
  }

  @Test
  void whatAKilledSuspensionLeftOpensNothingOnceItIsResumedWithoutAStartBetween() throws Exception {
    byte[] cut = suspendedAndKilled();
    assertThat(upkeep.resume()).isTrue();
    assertOpens();
    byte[] resumed = Files.readAllBytes(file);
    Files.write(file, cut);
    assertLocked("tpm_rolled_back");
    Files.write(file, resumed);
  }

  /** As if it were killed before the counter goes on. */
  private byte[] suspendedAndKilled() throws IOException {
    Tpm tpm = chip.tpm();
    TpmFile former = TpmFile.decode(Files.readAllBytes(file));
    TpmTerms terms = DEBUG_REGISTER.suspended(THIS_BOOT);
    try (SecretBytes key = host.directory().tpmSeal().open();
        SecretBytes payload = TpmFile.payload(key, terms)) {
      byte[] sealed =
          tpm.seal(payload, terms.condition().during(tpm.successor(former.sealed()).orElseThrow()));
      Files.write(file, new TpmFile(tpm, terms, sealed, false).encode());
    }
    return Files.readAllBytes(file);
  }

  @Test
  void aCounterThatIsAheadOrGoneIsToldAndRecovered() throws Exception {
    byte[] before = Files.readAllBytes(file);
    tool("tpm2_nvincrement", "-C", counter(), counter());
    assertLocked("tpm_rolled_back");
    resealing.recoverToTpm(recovery, chip.tpm(), DEBUG_REGISTER);
    assertOpens();
    tool("tpm2_nvundefine", "-C", "o", counter());
    assertLocked("tpm_counter_gone");
    resealing.recoverToTpm(recovery, chip.tpm(), DEBUG_REGISTER);
    assertOpens();
    byte[] after = Files.readAllBytes(file);
    Files.write(file, before);
    assertLocked("tpm_counter_gone");
    Files.write(file, after);
  }

  @Test
  void whoeverWritesTheDiskCannotChangeTheTerms() throws IOException {
    String text = Files.readString(file, US_ASCII);
    for (String changed :
        List.of(
            text.replaceFirst("pcrs 16", "pcrs 23"),
            text.replaceFirst("pcrs 16", "pcrs"),
            text.replaceFirst("pcrs 16", "pcrs 16\nsuspended " + THIS_BOOT),
            text.replaceFirst("keymoor-host-tpm 2", "keymoor-host-tpm 1")
                .replaceFirst("\npcrs 16", ""),
            text.replaceFirst("pcrs 16", "unknown 16"))) {
      Files.writeString(file, changed, US_ASCII);
      assertLocked("tpm_blob_damaged");
      upkeep.atStart(() -> NEXT_BOOT);
      assertThat(Files.readString(file, US_ASCII)).isEqualTo(changed);
    }
    Files.writeString(file, text, US_ASCII);
    assertOpens();
  }

  @Test
  void aFileOfVersionOneOpensAndBecomesOneOfVersionTwoWhenItIsWrittenAgain() throws IOException {
    host.directory().tpmSeal().forgetCounter();
    byte[] sealed;
    try (HostConfiguration unknown =
            HostConfiguration.open(host.directory().configuration(), this::recoveredKey, RANDOM);
        SecretBytes key = recoveredKey()) {
      assertThat(unknown.sealedByTpm()).isFalse();
      sealed = chip.tpm().seal(key, PcrSelection.parse("16"));
    }
    Files.writeString(
        file,
        "keymoor-host-tpm 1\ntcti " + chip.tpm().tcti() + "\n" + new String(sealed, US_ASCII),
        US_ASCII);
    assertOpens();
    upkeep.atStart(() -> THIS_BOOT);
    assertOpens();
    assertThat(upkeep.terms()).isEqualTo(DEBUG_REGISTER);
    assertThat(Files.readString(file, US_ASCII)).startsWith("keymoor-host-tpm 1\n");
    upkeep.suspend(THIS_BOOT);
    upkeep.resume();
    assertThat(Files.readString(file, US_ASCII)).startsWith("keymoor-host-tpm 2\n");
    assertOpens();
  }

  private SecretBytes recoveredKey() {
    return io.keymoor.crypto.SealedFile.read(
        host.directory().recovery(), recovery, "host/recovery");
  }
}
