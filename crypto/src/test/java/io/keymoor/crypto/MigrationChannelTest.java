package io.keymoor.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keymoor.secret.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MigrationChannelTest {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final UUID VM = UUID.randomUUID();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final byte[] dek = new byte[32];

  MigrationChannelTest() {
    RANDOM.nextBytes(dek);
  }

  private MigrationChannel channel(UUID vm, String nonce) {
    try (SecretBytes key = SecretBytes.takeOver(dek.clone())) {
      return new MigrationChannel(key, vm, nonce, InstantSource.fixed(NOW), RANDOM);
    }
  }

  @Test
  void bothHostsTrustEachOtherThoughNoKeyTravelled() {
    MigrationChannel one = channel(VM, "n1");
    MigrationChannel other = channel(VM, "n1");
    assertThat(one.authority().getPublicKey()).isEqualTo(other.authority().getPublicKey());
    X509Certificate certificate = other.end("b.example").certificate();
    assertThatCode(() -> certificate.verify(one.authority().getPublicKey()))
        .doesNotThrowAnyException();
    assertThat(certificate.getIssuerX500Principal())
        .isEqualTo(one.authority().getSubjectX500Principal());
  }

  @Test
  void theKeysFileHoldsWhatGnuTlsWants(@TempDir Path directory) throws Exception {
    MigrationChannel.End end = channel(VM, "n1").end("b.example");
    Path file = directory.resolve("key.pem");
    end.writeKey(file);
    try (SecretBytes pem = SecretBytes.takeOver(Files.readAllBytes(file))) {
      assertThat(((ECPrivateKey) Pem.privateKey(pem)).getS())
          .isEqualTo(((ECPrivateKey) end.key()).getS());
    }
    String text = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    byte[] point =
        SubjectPublicKeyInfo.getInstance(end.certificate().getPublicKey().getEncoded())
            .getPublicKeyData()
            .getBytes();
    assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(text)))
        .contains(HexFormat.of().formatHex(point));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void anotherMigrationAnotherVmAndAnotherKeyTrustNothingOfIt() {
    X509Certificate certificate = channel(VM, "n1").end("b.example").certificate();
    for (MigrationChannel stranger : List.of(channel(VM, "n2"), channel(UUID.randomUUID(), "n1"))) {
      assertThatThrownBy(() -> certificate.verify(stranger.authority().getPublicKey()))
          .isInstanceOf(SignatureException.class);
    }
    dek[0] ^= 1;
    assertThatThrownBy(() -> certificate.verify(channel(VM, "n1").authority().getPublicKey()))
        .isInstanceOf(SignatureException.class);
  }

  @Test
  void anEndHasItsNameAKeyOfItsOwnAndADayToLive() throws Exception {
    MigrationChannel channel = channel(VM, "n1");
    MigrationChannel.End end = channel.end("b.example");
    assertThat(TlsIdentity.belongTogether(end.key(), end.certificate())).isTrue();
    Collection<List<?>> names = end.certificate().getSubjectAlternativeNames();
    assertThat(names).singleElement().extracting(name -> name.get(1)).isEqualTo("b.example");
    assertThat(end.certificate().getNotAfter().toInstant()).isEqualTo(NOW.plus(Duration.ofDays(1)));
    assertThat(end.certificate().getBasicConstraints()).isEqualTo(-1);
    // QEMU 7.2 wants both of a key.
    assertThat(end.certificate().getKeyUsage()[0]).isTrue();
    assertThat(end.certificate().getKeyUsage()[2]).isTrue();
    assertThat(channel.end("b.example").certificate().getPublicKey())
        .isNotEqualTo(end.certificate().getPublicKey());
  }
}
