package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TpmTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final PcrSelection DEBUG_REGISTER = PcrSelection.parse("7,16");

  @TempDir private Path directory;

  @BeforeEach
  void requireSoftwareTpm() {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
  }

  @Test
  void whatItSealedOpensAgainAlsoAfterPowerOff() {
    for (int length : new int[] {1, 32, Tpm.MOST_BYTES}) {
      byte[] blob;
      try (SecretBytes secret = SecretBytes.random(length, RANDOM)) {
        try (SoftwareTpm chip = SoftwareTpm.start(directory)) {
          blob = chip.tpm().seal(secret, PcrSelection.NONE);
          assertThat(secret.isClosed()).isFalse();
        }
        try (SoftwareTpm chip = SoftwareTpm.start(directory);
            SecretBytes opened = chip.tpm().unseal(blob)) {
          assertThat(opened).isEqualTo(secret);
        }
      }
    }
  }

  @Test
  void anotherTpmAndAClearedOneCannotOpenIt() throws IOException {
    try (SoftwareTpm chip = SoftwareTpm.start(directory.resolve("one"));
        SoftwareTpm other = SoftwareTpm.start(directory.resolve("two"));
        SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] blob = chip.tpm().seal(secret, PcrSelection.NONE);
      assertThatThrownBy(() -> other.tpm().unseal(blob))
          .isInstanceOf(TpmException.Foreign.class)
          .hasMessageContaining("not the one that sealed")
          .hasMessageContaining("nothing was changed");
      // An impostor that shows the right storage key still can't load the object.
      SealedBlob parts = SealedBlob.decode(blob);
      SealedBlob mixed = SealedBlob.decode(other.tpm().seal(secret, PcrSelection.NONE));
      byte[] stitched =
          new SealedBlob(
                  SealCondition.NONE,
                  Optional.empty(),
                  List.of(),
                  mixed.primary(),
                  parts.publicArea(),
                  parts.privateArea())
              .encode();
      assertThatThrownBy(() -> other.tpm().unseal(stitched))
          .isInstanceOf(TpmException.Foreign.class);
      tool(chip, "tpm2_clear");
      assertThatThrownBy(() -> chip.tpm().unseal(blob)).isInstanceOf(TpmException.Foreign.class);
    }
  }

  @Test
  void changedRegistersKeepItShut() {
    try (SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] blob;
      try (SoftwareTpm chip = SoftwareTpm.start(directory)) {
        blob = chip.tpm().seal(secret, DEBUG_REGISTER);
        chip.tpm().unseal(blob).close();
        tool(chip, "tpm2_pcrextend", "16:sha256=" + "ab".repeat(32));
        assertThatThrownBy(() -> chip.tpm().unseal(blob))
            .isInstanceOf(TpmException.PcrsChanged.class)
            .hasMessageContaining("7,16");
        // The condition is the TPM's, not the file's.
        byte[] stripped =
            new String(blob, US_ASCII).replace("pcrs 7,16", "pcrs").getBytes(US_ASCII);
        assertThatThrownBy(() -> chip.tpm().unseal(stripped)).isInstanceOf(TpmException.class);
      }
      try (SoftwareTpm booted = SoftwareTpm.start(directory);
          SecretBytes opened = booted.tpm().unseal(blob)) {
        assertThat(opened).isEqualTo(secret);
      }
    }
  }

  @Test
  void everyReasonHasASentence() {
    Tpm nobody = new Tpm("swtpm:host=127.0.0.1,port=1");
    assertThat(nobody.isPresent()).isFalse();
    try (SoftwareTpm chip = SoftwareTpm.start(directory);
        SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      assertThat(chip.tpm().isPresent()).isTrue();
      assertThatThrownBy(() -> nobody.seal(secret, PcrSelection.NONE))
          .isInstanceOf(TpmException.Absent.class)
          .hasMessageContaining("/dev/tpmrm0")
          .hasMessageContaining("nothing was changed");
      tool(chip, "tpm2_changeauth", "-c", "owner", "a password");
      assertThatThrownBy(() -> chip.tpm().seal(secret, PcrSelection.NONE))
          .isInstanceOf(TpmException.OwnerPassword.class);
    }
  }

  @Test
  void sealingLeavesNothingInTheTpmOrInMemoryFiles() throws IOException {
    try (SoftwareTpm chip = SoftwareTpm.start(directory);
        SecretBytes secret = SecretBytes.random(32, RANDOM)) {
      byte[] blob = chip.tpm().seal(secret, DEBUG_REGISTER);
      for (int i = 0; i < 4; i++) {
        chip.tpm().unseal(blob).close();
      }
      for (String kind : List.of("transient", "loaded-session", "saved-session", "persistent")) {
        assertThat(tool(chip, "tpm2_getcap", "handles-" + kind)).isEmpty();
      }
      assertThat(new String(blob, US_ASCII)).startsWith("keymoor-tpm-sealed 1\npcrs 7,16\n");
    }
  }

  @Test
  void aDamagedBlobIsNamedBeforeTheTpmIsAsked() {
    Tpm nobody = new Tpm("swtpm:host=127.0.0.1,port=1");
    for (String text :
        List.of(
            "",
            "keymoor-tpm-sealed 3\n",
            "keymoor-tpm-sealed 1\n",
            "keymoor-tpm-sealed 2\npcrs 7\ncounter 1 1\nprimary AA==\npublic AA==\nprivate AA==\n",
            "keymoor-tpm-sealed 2\npcrs 7\ncounter 25165824\nprimary AA==\npublic AA==\n",
            "keymoor-tpm-sealed 2\npcrs 7\napprover AA==\nprimary AA==\npublic AA==\n",
            "keymoor-tpm-sealed 1\npcrs 99\nprimary AA==\npublic AA==\nprivate AA==\n",
            "keymoor-tpm-sealed 1\npcrs\nprimary A!\npublic AA==\nprivate AA==\n",
            "x".repeat(20_000))) {
      assertThatThrownBy(() -> nobody.unseal(text.getBytes(US_ASCII)))
          .isInstanceOf(TpmException.Damaged.class);
    }
  }

  @Test
  void complaintsOfTheToolsAreUnderstoodByTheirCode() {
    record Known(String code, Class<? extends TpmException> kind) {}
    Stream.of(
            new Known("000001df", TpmException.Foreign.class),
            new Known("0000099d", TpmException.PcrsChanged.class),
            new Known("00000128", TpmException.PcrsChanged.class),
            new Known("00000921", TpmException.Locked.class),
            new Known("000009a2", TpmException.OwnerPassword.class),
            new Known("0000098e", TpmException.OwnerPassword.class),
            new Known("00000902", TpmException.Failed.class))
        .forEach(known ->
            assertThat(
                    ToolComplaint.of(
                        "tpm2_unseal",
                        Tpm.DEVICE,
                        SealCondition.of(DEBUG_REGISTER),
                        "ERROR:esys:x.c:98:Esys() Esys Finish ErrorCode (0x" + known.code() + ") "))
                .isInstanceOf(known.kind()));
  }

  private static String tool(SoftwareTpm chip, String name, String... arguments) {
    try (SecretBytes output =
        new Tool(chip.tpm().tcti(), SealCondition.NONE, name, List.of(arguments)).secretOutput()) {
      return ClearBytes.read(output, clear -> new String(clear, US_ASCII));
    }
  }
}
