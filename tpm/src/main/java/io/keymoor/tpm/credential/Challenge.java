package io.keymoor.tpm.credential;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that comes out of one TPM only, while that holds one key: TPM2_MakeCredential (part 1,
 * section 24; annexes B.10 and C.6), done here, whose counterpart is TPM2_ActivateCredential.
 *
 * @param credential a TPM2B_ID_OBJECT: the secret, encrypted and bound to the attestation key's
 *     name
 * @param seed a TPM2B_ENCRYPTED_SECRET: what opens that, encrypted to the endorsement key
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Challenge(byte[] credential, byte[] seed) {
  /** Of the secret, at most: a digest of the endorsement key's hash. */
  public static final int SECRET_BYTES = 32;

  private static final String IDENTITY = "IDENTITY";
  private static final int SEED_BITS = 256;
  private static final int AES_BITS = 128;
  private static final int AES_BLOCK = 16;
  private static final int COORDINATE = 32;

  /**
   * Makes one.
   *
   * @param endorsement whose TPM shall answer
   * @param attestation the key that TPM must hold
   * @param secret {@value #SECRET_BYTES} bytes that the answer will be; stays the caller's
   */
  public static Challenge of(
      EndorsementKey endorsement, AttestationKey attestation, byte[] secret, SecureRandom random) {
    if (secret.length != SECRET_BYTES) {
      throw new IllegalArgumentException("a secret has " + SECRET_BYTES + " bytes");
    }
    try {
      Seed seed =
          switch (endorsement.kind()) {
            case EndorsementKey.Kind.Rsa(RSAPublicKey rsa) -> toRsa(rsa, random);
            case EndorsementKey.Kind.Ecc(ECPublicKey ecc) -> toEcc(ecc, random);
          };
      try {
        return new Challenge(
            sized(credential(seed.clear(), attestation.name(), secret)), sized(seed.encrypted()));
      } finally {
        Arrays.fill(seed.clear(), (byte) 0);
      }
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a checked key can't be used", impossible);
    }
  }

  /** As it is, and as the TPM gets it. */
  private record Seed(byte[] clear, byte[] encrypted) {}

  /** Annex B.10.4: OAEP with the hash of the key's name, and a label. */
  private static Seed toRsa(RSAPublicKey key, SecureRandom random) throws GeneralSecurityException {
    byte[] clear = new byte[SEED_BITS / 8];
    random.nextBytes(clear);
    Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE,
        key,
        new OAEPParameterSpec(
            "SHA-256",
            "MGF1",
            MGF1ParameterSpec.SHA256,
            new PSource.PSpecified(Derivation.terminated(IDENTITY))),
        random);
    return new Seed(clear, cipher.doFinal(clear));
  }

  /** Annex C.6.4: one-pass Diffie-Hellman, KDFe over both points' x. */
  private static Seed toEcc(ECPublicKey key, SecureRandom random) throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(EndorsementKey.p256(), random);
    KeyPair once = generator.generateKeyPair();
    KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(once.getPrivate());
    agreement.doPhase(key, true);
    byte[] z = agreement.generateSecret();
    try {
      ECPublicKey ours = (ECPublicKey) once.getPublic();
      byte[] x = coordinate(ours.getW().getAffineX());
      byte[] y = coordinate(ours.getW().getAffineY());
      byte[] clear =
          Derivation.kdfe(z, IDENTITY, x, coordinate(key.getW().getAffineX()), SEED_BITS);
      return new Seed(clear, joined(sized(x), sized(y)));
    } finally {
      Arrays.fill(z, (byte) 0);
    }
  }

  /** Section 24.4: encrypted, then authenticated together with the name. */
  private static byte[] credential(byte[] seed, byte[] name, byte[] secret)
      throws GeneralSecurityException {
    byte[] cipherKey = Derivation.kdfa(seed, "STORAGE", name, AES_BITS);
    byte[] macKey = Derivation.kdfa(seed, "INTEGRITY", new byte[0], SEED_BITS);
    byte[] clear = sized(secret);
    try {
      Cipher cipher = Cipher.getInstance("AES/CFB/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE,
          new SecretKeySpec(cipherKey, "AES"),
          // The key is used once.
          new IvParameterSpec(new byte[AES_BLOCK]));
      byte[] encrypted = cipher.doFinal(clear);
      return joined(sized(Derivation.hmac(macKey, encrypted, name)), encrypted);
    } finally {
      Arrays.fill(cipherKey, (byte) 0);
      Arrays.fill(macKey, (byte) 0);
      Arrays.fill(clear, (byte) 0);
    }
  }

  private static byte[] coordinate(BigInteger value) {
    byte[] plain = value.toByteArray();
    byte[] padded = new byte[COORDINATE];
    int length = Math.min(plain.length, COORDINATE);
    System.arraycopy(plain, plain.length - length, padded, COORDINATE - length, length);
    return padded;
  }

  private static byte[] sized(byte[] contents) {
    return ByteBuffer.allocate(2 + contents.length)
        .putShort((short) contents.length)
        .put(contents)
        .array();
  }

  private static byte[] joined(byte[] one, byte[] two) {
    return ByteBuffer.allocate(one.length + two.length).put(one).put(two).array();
  }
}
