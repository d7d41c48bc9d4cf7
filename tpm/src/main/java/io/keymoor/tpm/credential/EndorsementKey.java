package io.keymoor.tpm.credential;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EllipticCurve;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;

/**
 * The endorsement key of a TPM: RSA of 2048 bits or ECC on P-256, as templates L-1 and L-2 of the
 * EK Credential Profile make it. Any other public area is refused: one that is not made by these
 * templates could be a key of somebody's own. Immutable.
 */
public final class EndorsementKey {
  private static final String WHAT = "endorsement key";
  private static final int ATTRIBUTES =
      PublicArea.FIXED_TPM
          | PublicArea.FIXED_PARENT
          | PublicArea.SENSITIVE_DATA_ORIGIN
          | PublicArea.ADMIN_WITH_POLICY
          | PublicArea.RESTRICTED
          | PublicArea.DECRYPT;

  /** PolicySecret(TPM_RH_ENDORSEMENT): EK Credential Profile, section B.3.2. */
  private static final String POLICY =
      "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa";

  private static final int AES = 0x0006;
  private static final int AES_BITS = 128;
  private static final int CFB = 0x0043;
  private static final int NULL = 0x0010;
  private static final int RSA_BITS = 2048;
  private static final int USUAL_EXPONENT = 65537;
  private static final int P256 = 0x0003;
  private static final int P256_BYTES = 32;

  private final PublicKey key;

  private EndorsementKey(PublicKey key) {
    this.key = key;
  }

  /**
   * Reads a TPM2B_PUBLIC.
   *
   * @throws NotATpmKey when it is not one of an endorsement key
   */
  public static EndorsementKey parse(byte[] publicArea) {
    PublicArea area = PublicArea.parse(publicArea, WHAT);
    ByteBuffer rest = area.rest();
    require(area.attributes() == ATTRIBUTES, "attributes");
    byte[] policy = PublicArea.sized(rest, WHAT);
    require(HexFormat.of().formatHex(policy).equals(POLICY), "policy");
    require(rest.remaining() >= 12, "length");
    require(u16(rest) == AES && u16(rest) == AES_BITS && u16(rest) == CFB, "symmetric cipher");
    require(u16(rest) == NULL, "scheme");
    try {
      EndorsementKey read =
          switch (area.type()) {
            case PublicArea.RSA -> new EndorsementKey(rsa(rest));
            case PublicArea.ECC -> new EndorsementKey(ecc(rest));
            default -> throw new NotATpmKey("the endorsement key is neither RSA nor ECC");
          };
      require(!rest.hasRemaining(), "length");
      return read;
    } catch (GeneralSecurityException unusable) {
      throw new NotATpmKey("the endorsement key can't be used", unusable);
    }
  }

  private static int u16(ByteBuffer in) {
    return Short.toUnsignedInt(in.getShort());
  }

  private static void require(boolean right, String what) {
    if (!right) {
      throw new NotATpmKey(
          "the endorsement key is not made by a template of the TCG (another " + what + ")");
    }
  }

  private static PublicKey rsa(ByteBuffer in) throws GeneralSecurityException {
    require(in.remaining() >= 6, "length");
    require(u16(in) == RSA_BITS, "key size");
    int exponent = in.getInt();
    require(exponent == 0 || exponent == USUAL_EXPONENT, "exponent");
    BigInteger modulus = new BigInteger(1, PublicArea.sized(in, WHAT));
    require(modulus.bitLength() == RSA_BITS && modulus.testBit(0), "modulus");
    return KeyFactory.getInstance("RSA")
        .generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(USUAL_EXPONENT)));
  }

  private static PublicKey ecc(ByteBuffer in) throws GeneralSecurityException {
    require(in.remaining() >= 4, "length");
    require(u16(in) == P256, "curve");
    require(u16(in) == NULL, "derivation");
    byte[] x = PublicArea.sized(in, WHAT);
    byte[] y = PublicArea.sized(in, WHAT);
    require(x.length <= P256_BYTES && y.length <= P256_BYTES, "point");
    ECPoint point = new ECPoint(new BigInteger(1, x), new BigInteger(1, y));
    ECParameterSpec curve = p256();
    require(liesOn(point, curve.getCurve()), "point");
    return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(point, curve));
  }

  static ECParameterSpec p256() throws GeneralSecurityException {
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    return parameters.getParameterSpec(ECParameterSpec.class);
  }

  private static boolean liesOn(ECPoint point, EllipticCurve curve) {
    BigInteger p = ((ECFieldFp) curve.getField()).getP();
    BigInteger x = point.getAffineX();
    BigInteger y = point.getAffineY();
    if (x.compareTo(p) >= 0 || y.compareTo(p) >= 0) {
      return false;
    }
    BigInteger right = x.pow(3).add(curve.getA().multiply(x)).add(curve.getB()).mod(p);
    return y.pow(2).mod(p).equals(right);
  }

  /** What people compare: SHA-256 of the key as SubjectPublicKeyInfo, after {@code sha256:}. */
  public String fingerprint() {
    try {
      return "sha256:"
          + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key.getEncoded()));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("a JDK without SHA-256", impossible);
    }
  }

  /** One of the two. */
  sealed interface Kind {
    /** Of 2048 bits. */
    record Rsa(RSAPublicKey key) implements Kind {}

    /** On P-256. */
    record Ecc(ECPublicKey key) implements Kind {}
  }

  Kind kind() {
    return key instanceof RSAPublicKey rsa ? new Kind.Rsa(rsa) : new Kind.Ecc((ECPublicKey) key);
  }

  boolean is(PublicKey other) {
    return java.util.Arrays.equals(key.getEncoded(), other.getEncoded());
  }
}
