package io.keymoor.kms.cipher;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Optional;

/**
 * Key pairs between KMIP's forms and the JDK's.
 *
 * <p>Forms read and written: PKCS#1, PKCS#8, X.509, EC private key (RFC 5915), transparent RSA and
 * EC. While a JDK key object exists its bytes are on the heap; it is made for one operation and
 * dropped.
 */
public final class AsymmetricKeys {
  private AsymmetricKeys() {}

  /** The private key in a block. */
  public static PrivateKey privateKey(KeyBlock block) {
    try {
      return switch (Material.plain(block)) {
        case KeyMaterial.Encoded(SecretBytes bytes) ->
            ClearBytes.read(bytes, clear -> encodedPrivate(block.format(), clear));
        case KeyMaterial.RsaPrivateKey rsa -> factory("RSA").generatePrivate(spec(rsa));
        case KeyMaterial.EcPrivateKey(RecommendedCurve curve, SecretBytes d) ->
            factory("EC")
                .generatePrivate(
                    ClearBytes.read(
                        d,
                        clear ->
                            new ECPrivateKeySpec(new BigInteger(1, clear), parameters(curve))));
        default -> throw noKey();
      };
    } catch (GeneralSecurityException | IllegalArgumentException damaged) {
      throw Der.malformed();
    }
  }

  /** The public key in a block. */
  public static PublicKey publicKey(KeyBlock block) {
    try {
      return switch (Material.plain(block)) {
        case KeyMaterial.Encoded(SecretBytes bytes) ->
            ClearBytes.read(bytes, clear -> encodedPublic(block.format(), clear));
        case KeyMaterial.RsaPublicKey(BigInteger modulus, BigInteger exponent) ->
            factory("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
        case KeyMaterial.EcPublicKey(RecommendedCurve curve, ByteString point) ->
            factory("EC").generatePublic(spec(curve, point.toByteArray()));
        default -> throw noKey();
      };
    } catch (GeneralSecurityException | IllegalArgumentException damaged) {
      throw Der.malformed();
    }
  }

  /** The JDK's encoding of an asymmetric key: PKCS#8 or X.509. */
  static byte[] encoded(ManagedObject object) {
    KeyBlock block = object.keyBlock().orElseThrow(AsymmetricKeys::noKey);
    return object instanceof ManagedObject.PrivateKey
        ? privateKey(block).getEncoded()
        : publicKey(block).getEncoded();
  }

  private static PrivateKey encodedPrivate(KeyFormatType format, byte[] clear)
      throws GeneralSecurityException {
    byte[] pkcs8 =
        switch (format) {
          case KeyFormatType it when it.equals(KeyFormatType.PKCS_1) ->
              KeyEncodings.pkcs8FromPkcs1(clear);
          case KeyFormatType it when it.equals(KeyFormatType.EC_PRIVATE_KEY) ->
              KeyEncodings.pkcs8FromSec1(clear);
          case KeyFormatType it when it.equals(KeyFormatType.PKCS_8) -> clear.clone();
          default -> throw unsupported(format);
        };
    try {
      KeySpec spec = new PKCS8EncodedKeySpec(pkcs8);
      return factory(KeyEncodings.algorithmOfPkcs8(pkcs8)).generatePrivate(spec);
    } finally {
      Arrays.fill(pkcs8, (byte) 0);
    }
  }

  private static PublicKey encodedPublic(KeyFormatType format, byte[] clear)
      throws GeneralSecurityException {
    byte[] x509 =
        switch (format) {
          case KeyFormatType it when it.equals(KeyFormatType.PKCS_1) ->
              KeyEncodings.x509FromPkcs1(clear);
          case KeyFormatType it when it.equals(KeyFormatType.X_509) -> clear;
          default -> throw unsupported(format);
        };
    return factory(KeyEncodings.algorithmOfX509(x509)).generatePublic(new X509EncodedKeySpec(x509));
  }

  private static KeySpec spec(KeyMaterial.RsaPrivateKey rsa) {
    BigInteger d = secret(rsa.privateExponent()).orElseThrow(AsymmetricKeys::noKey);
    Optional<BigInteger> p = secret(rsa.p());
    Optional<BigInteger> q = secret(rsa.q());
    if (rsa.publicExponent().isEmpty() || p.isEmpty() || q.isEmpty()) {
      return new RSAPrivateKeySpec(rsa.modulus(), d);
    }
    BigInteger one = BigInteger.ONE;
    return new RSAPrivateCrtKeySpec(
        rsa.modulus(),
        rsa.publicExponent().get(),
        d,
        p.get(),
        q.get(),
        secret(rsa.primeExponentP()).orElseGet(() -> d.mod(p.get().subtract(one))),
        secret(rsa.primeExponentQ()).orElseGet(() -> d.mod(q.get().subtract(one))),
        secret(rsa.crtCoefficient()).orElseGet(() -> q.get().modInverse(p.get())));
  }

  private static Optional<BigInteger> secret(Optional<SecretBytes> number) {
    return number.map(bytes -> ClearBytes.read(bytes, clear -> new BigInteger(clear)));
  }

  private static ECPublicKeySpec spec(RecommendedCurve curve, byte[] point)
      throws GeneralSecurityException {
    if (point.length < 3 || point[0] != 4 || point.length % 2 != 1) {
      throw new KmipFailure(
          ResultReason.KEY_COMPRESSION_TYPE_NOT_SUPPORTED,
          "This server reads uncompressed points only.");
    }
    int half = point.length / 2;
    return new ECPublicKeySpec(
        new ECPoint(
            new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + half)),
            new BigInteger(1, Arrays.copyOfRange(point, 1 + half, point.length))),
        parameters(curve));
  }

  static ECParameterSpec parameters(RecommendedCurve curve) {
    try {
      AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(Algorithms.curve(curve)));
      return parameters.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks " + curve, impossible);
    }
  }

  /** KMIP's name of the curve of a private key. */
  static RecommendedCurve curve(ECPrivateKey key) {
    return Algorithms.curveOfBits(key.getParams().getCurve().getField().getFieldSize());
  }

  private static KeyFactory factory(String algorithm) throws GeneralSecurityException {
    return KeyFactory.getInstance(algorithm);
  }

  private static KmipFailure unsupported(KeyFormatType format) {
    return new KmipFailure(
        ResultReason.KEY_FORMAT_TYPE_NOT_SUPPORTED,
        "This server cannot use keys in the form " + format + ".");
  }

  private static KmipFailure noKey() {
    return new KmipFailure(
        ResultReason.INVALID_OBJECT_TYPE, "This operation needs an RSA or elliptic curve key.");
  }
}
