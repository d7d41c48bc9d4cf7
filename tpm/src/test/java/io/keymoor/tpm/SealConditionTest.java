package io.keymoor.tpm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SealConditionTest {
  private static final PcrSelection DEBUG_REGISTER = PcrSelection.parse("16");

  private final SecretBytes secret = SecretBytes.random(32, new SecureRandom());
  private SoftwareTpm chip;
  private SoftwareTpm another;
  private Tpm tpm;

  @BeforeAll
  void powerOn(@TempDir Path states) {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    chip = SoftwareTpm.start(states.resolve("one"));
    another = SoftwareTpm.start(states.resolve("two"));
    tpm = chip.tpm();
  }

  @AfterAll
  void powerOff() {
    secret.close();
    if (another != null) {
      chip.close();
      another.close();
    }
  }

  private byte[] seal(CounterBound bound) {
    return tpm.seal(secret, SealCondition.NONE.during(bound));
  }

  private void assertOpens(byte[] blob) {
    try (SecretBytes opened = tpm.unseal(blob)) {
      assertThat(opened).isEqualTo(secret);
    }
  }

  @Test
  void whatIsSealedLaterEndsWhatWasSealedBeforeAndNotAMomentEarlier() {
    byte[] first = seal(tpm.newCounter());
    assertOpens(first);
    byte[] second = seal(tpm.successor(first).orElseThrow());
    assertOpens(first);
    assertOpens(second);
    tpm.advance(second);
    tpm.advance(second);
    assertOpens(second);
    assertThatThrownBy(() -> tpm.unseal(first))
        .isInstanceOf(TpmException.RolledBack.class)
        .hasMessageContaining("an old one that was put back")
        .hasMessageContaining("nothing was changed");
    byte[] longer =
        new String(first, US_ASCII)
            .replace("counter " + bound(first).text(), "counter " + bound(second).text())
            .getBytes(US_ASCII);
    assertThatThrownBy(() -> tpm.unseal(longer))
        .as("the bound is the TPM's, not the file's")
        .isInstanceOf(TpmException.class);
    tpm.removeCounter(second);
  }

  private static CounterBound bound(byte[] blob) {
    return Tpm.conditionOf(blob).counter().orElseThrow();
  }

  @Test
  void aCounterThatWasRemovedOrMadeAgainOpensNothing() {
    byte[] blob = seal(tpm.newCounter());
    tpm.removeCounter(blob);
    assertThatThrownBy(() -> tpm.unseal(blob))
        .isInstanceOf(TpmException.CounterGone.class)
        .hasMessageContaining("recovery copy");
    assertThat(tpm.successor(blob)).isEmpty();
    String handle = bound(blob).handle();
    tool("tpm2_nvdefine", "-C", "o", "-a", "nt=counter|authread|authwrite|no_da", handle);
    assertThatThrownBy(() -> tpm.unseal(blob)).isInstanceOf(TpmException.CounterGone.class);
    tool("tpm2_nvincrement", "-C", handle, handle);
    assertThatThrownBy(() -> tpm.unseal(blob))
        .as("it begins above all former ones")
        .isInstanceOf(TpmException.RolledBack.class);
    tool("tpm2_nvundefine", "-C", "o", handle);
    // One that anybody may set to any value is another counter for the TPM.
    tool("tpm2_nvdefine", "-C", "o", "-s", "8", "-a", "authread|authwrite|no_da", handle);
    assertThatThrownBy(() -> tpm.unseal(blob)).isInstanceOf(TpmException.CounterGone.class);
    tool("tpm2_nvundefine", "-C", "o", handle);
  }

  @Test
  void aCounterOfAnotherTpmIsNone() {
    byte[] blob = seal(tpm.newCounter());
    assertThat(another.tpm().successor(blob)).isEmpty();
    assertThatThrownBy(() -> another.tpm().advance(blob)).isInstanceOf(TpmException.Foreign.class);
    assertThatThrownBy(() -> another.tpm().unseal(blob)).isInstanceOf(TpmException.Foreign.class);
    tpm.removeCounter(blob);
  }

  @Test
  void anotherBootChainOpensItWhenItsApproverSignedThatAndNoOther() throws Exception {
    KeyPair administrator = keys();
    SealCondition condition =
        new SealCondition(
            DEBUG_REGISTER, Optional.of(approver(administrator)), Optional.of(tpm.newCounter()));
    byte[] blob = tpm.seal(secret, condition);
    assertOpens(blob);

    tool("tpm2_pcrextend", "16:sha256=" + "ab".repeat(32));
    assertThatThrownBy(() -> tpm.unseal(blob)).isInstanceOf(TpmException.PcrsChanged.class);
    byte[] present = tpm.measured(DEBUG_REGISTER);
    assertThatThrownBy(() -> Tpm.approve(blob, signed(keys(), present)))
        .isInstanceOf(TpmException.NotApproved.class)
        .hasMessageContaining("not of the approver");
    byte[] approved = Tpm.approve(blob, signed(administrator, present));
    assertOpens(approved);

    tool("tpm2_pcrextend", "16:sha256=" + "cd".repeat(32));
    assertThatThrownBy(() -> tpm.unseal(approved)).isInstanceOf(TpmException.PcrsChanged.class);
    // The TPM checks the signature too, not only we.
    byte[] forged =
        new String(approved, US_ASCII)
            .replace(
                Base64.getEncoder().encodeToString(present),
                Base64.getEncoder().encodeToString(tpm.measured(DEBUG_REGISTER)))
            .getBytes(US_ASCII);
    assertThatThrownBy(() -> tpm.unseal(forged)).isInstanceOf(TpmException.class);

    byte[] later = tpm.seal(secret, condition.during(tpm.successor(approved).orElseThrow()));
    tpm.advance(later);
    tool("tpm2_pcrreset", "16");
    tool("tpm2_pcrextend", "16:sha256=" + "ab".repeat(32));
    assertThatThrownBy(() -> tpm.unseal(approved))
        .as("an approval ends with the blob that it was for")
        .isInstanceOf(TpmException.RolledBack.class);
    assertOpens(Tpm.approve(later, signed(administrator, present)));
    tpm.removeCounter(later);
    for (String kind : List.of("transient", "loaded-session", "saved-session", "nv-index")) {
      assertThat(tool("tpm2_getcap", "handles-" + kind)).as(kind).doesNotContain("0x018", "- 0x8");
    }
  }

  @Test
  void anApproverIsAKeyOfItsKindAndHasRegistersToApprove() throws Exception {
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    String foreign = pem(rsa.generateKeyPair());
    for (String text : List.of("", "key", foreign, foreign.replace("PUBLIC", "PRIVATE"))) {
      assertThatThrownBy(() -> Approver.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
    Approver approver = approver(keys());
    assertThatThrownBy(
            () -> new SealCondition(PcrSelection.NONE, Optional.of(approver), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    byte[] plain = tpm.seal(secret, DEBUG_REGISTER);
    byte[] present = tpm.measured(DEBUG_REGISTER);
    assertThatThrownBy(() -> Tpm.approve(plain, signed(keys(), present)))
        .isInstanceOf(TpmException.NotApproved.class)
        .hasMessageContaining("nobody was named");
  }

  private static KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static String pem(KeyPair pair) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static Approver approver(KeyPair pair) {
    return Approver.parse(pem(pair));
  }

  private static Approval signed(KeyPair pair, byte[] policy) throws Exception {
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(policy);
    return new Approval(policy, signature.sign());
  }

  private String tool(String name, String... arguments) {
    try (SecretBytes output =
        new Tool(tpm.tcti(), SealCondition.NONE, name, List.of(arguments)).secretOutput()) {
      return ClearBytes.read(output, clear -> new String(clear, US_ASCII));
    }
  }
}
