package io.keymoor.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.tpm.credential.AttestationKey;
import io.keymoor.tpm.credential.Challenge;
import io.keymoor.tpm.credential.EndorsementCertificate;
import io.keymoor.tpm.credential.EndorsementKey;
import io.keymoor.tpm.credential.MakerCertificates;
import io.keymoor.tpm.credential.NotATpmKey;
import io.keymoor.tpm.lab.SoftwareTpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The challenges that this software makes, given to TPMs: one as makers sell it, one bare. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndorsementTest {
  private static final SecureRandom RANDOM = new SecureRandom();

  private Path maker = Path.of("");
  private SoftwareTpm certified;
  private SoftwareTpm bare;
  private Endorsement ofCertified;
  private Endorsement ofBare;

  @BeforeAll
  void powerOn(@TempDir Path directory) {
    SoftwareTpm.unavailableReason().ifPresent(reason -> Assumptions.abort("skipped: " + reason));
    maker = SoftwareTpm.manufacture(directory.resolve("certified"), directory.resolve("maker"));
    certified = SoftwareTpm.start(directory.resolve("certified"));
    bare = SoftwareTpm.start(directory.resolve("bare"));
    ofCertified = certified.tpm().endorsement();
    ofBare = bare.tpm().endorsement();
  }

  @AfterAll
  @SuppressWarnings("NullAway") // Without software TPMs there was nothing to start.
  void powerOff() {
    if (certified != null) {
      certified.close();
    }
    if (bare != null) {
      bare.close();
    }
  }

  private static byte[] secret() {
    byte[] secret = new byte[Challenge.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    return secret;
  }

  private static Challenge challenge(Endorsement to, Endorsement attestation, byte[] secret) {
    return Challenge.of(
        EndorsementKey.parse(to.key()),
        AttestationKey.parse(attestation.attestationKey()),
        secret,
        RANDOM);
  }

  @Test
  void aTpmWithAnRsaEndorsementKeyAnswersWhatIsMeantForIt() {
    byte[] secret = secret();
    Challenge challenge = challenge(ofCertified, ofCertified, secret);
    assertThat(certified.tpm().answer(ofCertified, challenge.credential(), challenge.seed()))
        .isEqualTo(secret);
  }

  @Test
  void aTpmWithAnEllipticEndorsementKeyAnswersWhatIsMeantForIt() {
    byte[] secret = secret();
    Challenge challenge = challenge(ofBare, ofBare, secret);
    assertThat(bare.tpm().answer(ofBare, challenge.credential(), challenge.seed()))
        .isEqualTo(secret);
  }

  @Test
  void nobodyAnswersForAnotherTpmOrAnotherAttestationKey() {
    Challenge forTheOther = challenge(ofCertified, ofBare, secret());
    assertThatThrownBy(
            () -> bare.tpm().answer(ofBare, forTheOther.credential(), forTheOther.seed()))
        .isInstanceOf(TpmException.class);

    Challenge forAnotherKey = challenge(ofBare, ofCertified, secret());
    assertThatThrownBy(
            () -> bare.tpm().answer(ofBare, forAnotherKey.credential(), forAnotherKey.seed()))
        .isInstanceOf(TpmException.NotForThisTpm.class)
        .hasMessageContaining("another TPM or another key");
  }

  @Test
  void theEndorsementKeyIsTheSameEachTimeAndTheAttestationKeyIsNot() {
    Endorsement again = bare.tpm().endorsement();
    assertThat(again.key()).isEqualTo(ofBare.key());
    assertThat(EndorsementKey.parse(again.key()).fingerprint())
        .isEqualTo(EndorsementKey.parse(ofBare.key()).fingerprint())
        .startsWith("sha256:")
        .hasSize(71)
        .isNotEqualTo(EndorsementKey.parse(ofCertified.key()).fingerprint());
    assertThat(again.attestationKey()).isNotEqualTo(ofBare.attestationKey());
  }

  @Test
  void itsMakersCertificateIsAboutItsKeyAndIssuedByItsMaker() throws IOException {
    assertThat(ofBare.certificate()).isEmpty();
    EndorsementCertificate certificate =
        EndorsementCertificate.parse(ofCertified.certificate().orElseThrow());
    assertThat(certificate.isOf(EndorsementKey.parse(ofCertified.key()))).isTrue();
    assertThat(certificate.isOf(EndorsementKey.parse(ofBare.key()))).isFalse();

    X509Certificate issuer = MakerCertificates.parse(Files.readAllBytes(maker)).getFirst();
    X509Certificate another =
        MakerCertificates.parse(
                Files.readAllBytes(maker.resolveSibling("swtpm-localca-rootca-cert.pem")))
            .getFirst();
    Instant now = Instant.now();
    assertThat(certificate.isIssuedBy(issuer, now)).isTrue();
    assertThat(certificate.isIssuedBy(another, now))
        .as("the root signed the issuer only")
        .isFalse();
    assertThat(certificate.isIssuedBy(issuer, now.minus(Duration.ofDays(2))))
        .as("before it was made")
        .isFalse();
    assertThatThrownBy(() -> EndorsementCertificate.parse(issuer.getEncoded()))
        .isInstanceOf(NotATpmKey.class)
        .hasMessageContaining("not one of an endorsement key");
    assertThatThrownBy(() -> MakerCertificates.parse(ofCertified.certificate().orElseThrow()))
        .isInstanceOf(NotATpmKey.class)
        .hasMessageContaining("is not an authority's");
  }

  @Test
  void keysThatAnyProgramCouldMakeAreRefused() {
    assertThatThrownBy(() -> EndorsementKey.parse(ofBare.attestationKey()))
        .isInstanceOf(NotATpmKey.class)
        .hasMessageContaining("attributes");
    assertThatThrownBy(() -> AttestationKey.parse(ofBare.key()))
        .isInstanceOf(NotATpmKey.class)
        .hasMessageContaining("not restricted to one TPM");
    for (byte[] good : new byte[][] {ofBare.key(), ofCertified.key()}) {
      // Not one bit of what says how it was made may be another; what follows is the key itself.
      for (int i = 0; i < 60; i++) {
        byte[] changed = good.clone();
        changed[i] ^= 1;
        assertThatThrownBy(() -> EndorsementKey.parse(changed))
            .as("byte " + i)
            .isInstanceOf(NotATpmKey.class);
      }
      byte[] cut = java.util.Arrays.copyOf(good, good.length - 1);
      assertThatThrownBy(() -> EndorsementKey.parse(cut)).isInstanceOf(NotATpmKey.class);
    }
    byte[] offTheCurve = ofBare.key();
    offTheCurve[offTheCurve.length - 1] ^= 1;
    assertThatThrownBy(() -> EndorsementKey.parse(offTheCurve))
        .isInstanceOf(NotATpmKey.class)
        .hasMessageContaining("point");
    offTheCurve[offTheCurve.length - 1] ^= 1;
  }
}
