package io.keymoor.crypto;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/**
 * The certificates of one live migration of one VM (V7): both hosts derive the same short-lived CA
 * from the VM's data key and a number used once, and each makes a key of its own under it. Only who
 * can open the VM can be an end of its channel, no key travels, and nothing serves for another
 * migration. Thread-safe.
 */
public final class MigrationChannel {
  private static final Duration EARLY = Duration.ofHours(1);
  private static final Duration LIFE = Duration.ofDays(1);

  private final CertificateAuthority authority;
  private final InstantSource clock;
  private final SecureRandom random;

  /**
   * The channel.
   *
   * @param dek a data key of the VM; used and not closed
   * @param nonce chosen at random for this migration
   */
  public MigrationChannel(
      SecretBytes dek, UUID vm, String nonce, InstantSource clock, SecureRandom random) {
    try (SecretBytes seed = KeyDerivation.migrationSeed(dek, vm, nonce)) {
      this.authority =
          CertificateAuthority.ofSecret(seed, "Keymoor migration " + nonce, clock, random);
    }
    this.clock = clock;
    this.random = random;
  }

  /** The CA that both ends trust. */
  public X509Certificate authority() {
    return authority.certificate();
  }

  /** One end. */
  public record End(PrivateKey key, X509Certificate certificate) {
    /**
     * Writes the key into a file of mode 0600 as GnuTLS wants it: PKCS#8 whose EC key names its
     * curve and holds its public key (RFC 5915), which the JDK leaves out.
     */
    public void writeKey(Path file) {
      try (SecretBytes pem = Pem.privateKey(pkcs8())) {
        ClearBytes.use(pem, clear -> SealedFile.replace(file, clear));
      }
    }

    private byte[] pkcs8() {
      try {
        SubjectPublicKeyInfo open =
            SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded());
        ECPrivateKey full =
            new ECPrivateKey(
                256,
                ((java.security.interfaces.ECPrivateKey) key).getS(),
                open.getPublicKeyData(),
                open.getAlgorithm().getParameters());
        return new PrivateKeyInfo(open.getAlgorithm(), full).getEncoded();
      } catch (IOException impossible) {
        throw new IllegalStateException("a key without an encoding", impossible);
      }
    }
  }

  /** A fresh end of the channel that is called {@code name}, a DNS name. */
  public End end(String name) {
    KeyPair keys = CertificateAuthority.newKeyPair(random);
    Instant now = clock.instant();
    X509Certificate certificate =
        authority.certify(
            new CertificateAuthority.Contents(
                keys.getPublic(),
                new X500Principal("CN=" + name),
                Optional.of(alternatives(name)),
                // QEMU before 10.1 wants it of elliptic curves too.
                true,
                now.minus(EARLY),
                now.plus(LIFE)));
    return new End(keys.getPrivate(), certificate);
  }

  private static byte[] alternatives(String name) {
    try {
      return new GeneralNames(new GeneralName(GeneralName.dNSName, name)).getEncoded();
    } catch (IOException impossible) {
      throw new IllegalStateException("a name without an encoding", impossible);
    }
  }
}
