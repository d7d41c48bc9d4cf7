package io.keymoor.host.config;

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
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ResealingTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID LAB = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000001");
  private static final UUID BOUND = UUID.fromString("aaaaaaaa-0000-4000-8000-000000000002");
  private static final Tpm NOWHERE = new Tpm("swtpm:host=127.0.0.1,port=1");

  private SoftwareTpm chip;
  private SoftwareTpm another;
  private TestHost host;
  private HostDirectory directory;
  private Resealing resealing;

  @BeforeAll
  void powerOn(@TempDir Path states) {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    chip = SoftwareTpm.start(states.resolve("one"));
    another = SoftwareTpm.start(states.resolve("two"));
  }

  @AfterAll
  void powerOff() {
    if (another != null) {
      chip.close();
      another.close();
    }
  }

  @BeforeEach
  void make(@TempDir Path path) {
    host = TestHost.initialised(path.resolve("host"));
    directory = host.directory();
    resealing = new Resealing(directory, RANDOM);
    try (HostConfiguration configuration = host.configuration();
        SecretBytes kdk = SecretBytes.random(32, RANDOM)) {
      configuration.replaceProviders(
          7,
          List.of(
              provider(LAB, false, configuration.seal(LAB, kdk)),
              provider(BOUND, true, configuration.seal(BOUND, kdk))),
          false);
    }
  }

  private static StoredProvider provider(UUID id, boolean tpm, SealedSecret kdk) {
    return new StoredProvider(id, "p" + id, List.of(), "native", tpm, "00", Optional.of(kdk), "");
  }

  private SecretBytes sealed() {
    return resealing.underTpm(chip.tpm(), TpmTerms.of(PcrSelection.NONE)).orElseThrow();
  }

  private SecretBytes identity() {
    try (HostConfiguration configuration = host.configuration()) {
      return configuration.sealingKey();
    }
  }

  private void assertOpens(boolean byTpm, boolean withBound) {
    try (HostConfiguration configuration = host.configuration()) {
      assertThat(configuration.sealedByTpm()).isEqualTo(byTpm);
      List<StoredProvider> providers = configuration.providers();
      configuration.kdk(providers.getFirst()).orElseThrow().close();
      Optional<SecretBytes> bound = configuration.kdk(providers.get(1));
      assertThat(bound.isPresent()).isEqualTo(withBound);
      bound.ifPresent(SecretBytes::close);
    }
  }

  @Test
  void theTpmTakesTheKeyFilesPlaceAndGivesItBack() throws IOException {
    byte[] oldKey = Files.readAllBytes(directory.key().file());
    try (SecretBytes before = identity();
        SecretBytes recovery = sealed();
        SecretBytes after = identity()) {
      assertThat(after).isEqualTo(before);
      assertThat(recovery.length()).isEqualTo(32);
    }
    assertThat(directory.key().file()).doesNotExist();
    assertOpens(true, true);
    Path old = Files.write(directory.path().resolve("stolen"), oldKey);
    assertThatThrownBy(
            () -> HostConfiguration.open(directory.configuration(), new KeyFile(old), RANDOM))
        .as("an old copy of the key file opens nothing new")
        .isInstanceOf(ConfigurationException.Damaged.class);

    resealing.underKeyFile();
    assertThat(directory.tpmSeal().file()).doesNotExist();
    assertThat(directory.recovery()).doesNotExist();
    assertThat(Files.readAllBytes(directory.key().file())).isNotEqualTo(oldKey);
    assertOpens(false, false);
  }

  @Test
  void withoutItsTpmAHostIsLockedAndSaysHowToGoOn() throws IOException {
    sealed().close();
    String blob = Files.readString(directory.tpmSeal().file());
    Files.writeString(
        directory.tpmSeal().file(), blob.replace(chip.tpm().tcti(), another.tpm().tcti()));
    assertThatThrownBy(host::configuration)
        .isInstanceOfSatisfying(
            ConfigurationException.Locked.class,
            locked -> assertThat(locked.code()).isEqualTo("tpm_foreign"))
        .hasMessageStartingWith("configuration locked: This TPM is not the one")
        .hasMessageContaining("keymoor host recover")
        .hasMessageContaining("--reinstalled");
    Files.writeString(directory.tpmSeal().file(), blob.replace(chip.tpm().tcti(), NOWHERE.tcti()));
    assertThatThrownBy(host::configuration)
        .isInstanceOfSatisfying(
            ConfigurationException.Locked.class,
            locked -> assertThat(locked.code()).isEqualTo("tpm_absent"));
    Files.writeString(
        directory.tpmSeal().file(), blob.replace(chip.tpm().tcti(), "cmd:touch /tmp/x"));
    assertThatThrownBy(host::configuration)
        .as("no program is run")
        .isInstanceOfSatisfying(
            ConfigurationException.Locked.class,
            locked -> assertThat(locked.code()).isEqualTo("tpm_blob_damaged"));
  }

  @Test
  void theRecoveryKeyOpensItOnANewTpmOrUnderAKeyFileAndNoOtherKeyDoes() {
    try (SecretBytes recovery = sealed();
        SecretBytes other = SecretBytes.random(32, RANDOM)) {
      assertThatThrownBy(() -> resealing.recoverToKeyFile(other))
          .isInstanceOf(ConfigurationException.RecoveryRefused.class)
          .hasMessageContaining("Nothing was changed");
      assertOpens(true, true);

      resealing.recoverToTpm(recovery, another.tpm(), TpmTerms.of(PcrSelection.NONE));
      assertOpens(true, true);
      resealing.recoverToTpm(recovery, chip.tpm(), TpmTerms.of(PcrSelection.NONE));
      assertOpens(true, true);
      resealing.recoverToKeyFile(recovery);
      assertOpens(false, false);
      assertThatThrownBy(() -> resealing.recoverToKeyFile(recovery))
          .isInstanceOf(ConfigurationException.RecoveryRefused.class)
          .hasMessageContaining("nothing that a recovery key opens");
    }
  }

  @Test
  void registersThatChangedLockItUntilTheyAreAsTheyWereOrItIsRecovered() throws Exception {
    try (SecretBytes recovery =
        resealing.underTpm(chip.tpm(), TpmTerms.of(PcrSelection.parse("16"))).orElseThrow()) {
      assertOpens(true, true);
      extend(16);
      assertThatThrownBy(host::configuration)
          .isInstanceOfSatisfying(
              ConfigurationException.Locked.class,
              locked -> assertThat(locked.code()).isEqualTo("tpm_pcrs_changed"))
          .hasMessageContaining("registers 16 are not as they were");
      resealing.recoverToTpm(recovery, chip.tpm(), TpmTerms.of(PcrSelection.parse("16")));
      assertOpens(true, true);
      assertThat(resealing.underTpm(chip.tpm(), TpmTerms.of(PcrSelection.NONE))).isEmpty();
      extend(16);
      assertOpens(true, true);
    }
  }

  private void extend(int register) throws Exception {
    ProcessBuilder extend =
        new ProcessBuilder("tpm2_pcrextend", register + ":sha256=" + "ab".repeat(32));
    extend.environment().put("TPM2TOOLS_TCTI", chip.tpm().tcti());
    assertThat(extend.inheritIO().start().waitFor()).isZero();
  }

  @Test
  void killedBetweenAnyTwoStepsItOpensAndTheNextStartTidiesUp() throws IOException {
    byte[] config = Files.readAllBytes(directory.configuration());
    byte[] key = Files.readAllBytes(directory.key().file());
    sealed().close();
    byte[] newConfig = Files.readAllBytes(directory.configuration());

    // The TPM's form is written, the configuration is the old one.
    Files.write(directory.key().file(), key);
    Files.write(directory.configuration(), config);
    assertOpens(false, true);
    settle();
    assertThat(directory.tpmSeal().file()).doesNotExist();
    assertThat(directory.recovery()).doesNotExist();
    assertOpens(false, true);

    // The configuration is the new one, the key file is still there.
    sealed().close();
    Files.write(directory.key().file(), key);
    assertOpens(true, true);
    settle();
    assertThat(directory.key().file()).doesNotExist();
    assertOpens(true, true);
    assertThat(newConfig).isNotEqualTo(config);

    // Back: the key file is written, the configuration is the TPM's.
    directory.key().createIfMissing(RANDOM);
    assertOpens(true, true);
    resealing.underKeyFile();
    assertOpens(false, false);
  }

  private void settle() {
    try (HostConfiguration configuration = host.configuration()) {
      Resealing.settle(directory, configuration);
    }
  }

  @Test
  void aTpmThatDoesNotAnswerChangesNothing() {
    assertThatThrownBy(() -> resealing.underTpm(NOWHERE, TpmTerms.of(PcrSelection.NONE)))
        .isInstanceOf(io.keymoor.tpm.TpmException.Absent.class);
    assertOpens(false, true);
    try (HostDirectory.Lock _ = directory.lock()) {
      assertThatThrownBy(() -> resealing.underTpm(chip.tpm(), TpmTerms.of(PcrSelection.NONE)))
          .isInstanceOf(ConfigurationException.InUse.class);
    }
  }
}
