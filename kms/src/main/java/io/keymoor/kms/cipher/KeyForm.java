package io.keymoor.kms.cipher;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.SecretBytes;
import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Optional;

/** A key in the form a client asked for. Results are the caller's to close. */
public final class KeyForm {
  private KeyForm() {}

  /** The object with its key in that form; the very object when it has that form already. */
  public static ManagedObject in(ManagedObject object, KeyFormatType form) {
    Optional<KeyBlock> block = object.keyBlock();
    if (block.isEmpty() || block.get().format().equals(form)) {
      return object;
    }
    return switch (object) {
      case ManagedObject.SymmetricKey(KeyBlock it) ->
          new ManagedObject.SymmetricKey(symmetric(it, form));
      case ManagedObject.PrivateKey(KeyBlock it) ->
          new ManagedObject.PrivateKey(
              with(it, form, material(AsymmetricKeys.privateKey(it), form)));
      case ManagedObject.PublicKey(KeyBlock it) ->
          new ManagedObject.PublicKey(with(it, form, material(AsymmetricKeys.publicKey(it), form)));
      default -> throw unsupported(form);
    };
  }

  private static KeyBlock symmetric(KeyBlock block, KeyFormatType form) {
    SecretBytes copy = Material.symmetric(block).copy();
    if (form.equals(KeyFormatType.RAW) || form.equals(KeyFormatType.OPAQUE)) {
      return with(block, form, new KeyMaterial.Encoded(copy));
    }
    if (form.equals(KeyFormatType.TRANSPARENT_SYMMETRIC_KEY)) {
      return with(block, form, new KeyMaterial.TransparentSymmetricKey(copy));
    }
    copy.close();
    throw unsupported(form);
  }

  private static KeyMaterial material(PrivateKey key, KeyFormatType form) {
    byte[] pkcs8 = key.getEncoded();
    boolean rsa = key instanceof RSAPrivateKey;
    if (form.equals(KeyFormatType.PKCS_8)) {
      return encoded(pkcs8);
    }
    if (form.equals(KeyFormatType.PKCS_1) && rsa) {
      return encoded(KeyEncodings.insideOfPkcs8(pkcs8));
    }
    if (form.equals(KeyFormatType.EC_PRIVATE_KEY) && !rsa) {
      return encoded(KeyEncodings.sec1(pkcs8));
    }
    if (form.equals(KeyFormatType.TRANSPARENT_RSA_PRIVATE_KEY)
        && key instanceof RSAPrivateCrtKey crt) {
      return new KeyMaterial.RsaPrivateKey(
          crt.getModulus(),
          secret(crt.getPrivateExponent()),
          Optional.of(crt.getPublicExponent()),
          secret(crt.getPrimeP()),
          secret(crt.getPrimeQ()),
          secret(crt.getPrimeExponentP()),
          secret(crt.getPrimeExponentQ()),
          secret(crt.getCrtCoefficient()));
    }
    if (isTransparentEcPrivate(form) && key instanceof ECPrivateKey ec) {
      return new KeyMaterial.EcPrivateKey(
          AsymmetricKeys.curve(ec), secret(ec.getS()).orElseThrow());
    }
    throw unsupported(form);
  }

  private static KeyMaterial material(PublicKey key, KeyFormatType form) {
    byte[] x509 = key.getEncoded();
    if (form.equals(KeyFormatType.X_509)) {
      return encoded(x509);
    }
    if (key instanceof RSAPublicKey rsa) {
      if (form.equals(KeyFormatType.PKCS_1)) {
        return encoded(KeyEncodings.insideOfX509(x509));
      }
      if (form.equals(KeyFormatType.TRANSPARENT_RSA_PUBLIC_KEY)) {
        return new KeyMaterial.RsaPublicKey(rsa.getModulus(), rsa.getPublicExponent());
      }
    }
    if (key instanceof ECPublicKey ec && isTransparentEcPublic(form)) {
      return new KeyMaterial.EcPublicKey(
          Algorithms.curveOfBits(ec.getParams().getCurve().getField().getFieldSize()),
          ByteString.owning(KeyEncodings.insideOfX509(x509)));
    }
    throw unsupported(form);
  }

  private static boolean isTransparentEcPrivate(KeyFormatType form) {
    return form.equals(KeyFormatType.TRANSPARENT_EC_PRIVATE_KEY)
        || form.equals(KeyFormatType.TRANSPARENT_ECDSA_PRIVATE_KEY)
        || form.equals(KeyFormatType.TRANSPARENT_ECDH_PRIVATE_KEY);
  }

  private static boolean isTransparentEcPublic(KeyFormatType form) {
    return form.equals(KeyFormatType.TRANSPARENT_EC_PUBLIC_KEY)
        || form.equals(KeyFormatType.TRANSPARENT_ECDSA_PUBLIC_KEY)
        || form.equals(KeyFormatType.TRANSPARENT_ECDH_PUBLIC_KEY);
  }

  private static Optional<SecretBytes> secret(BigInteger number) {
    return Optional.of(SecretBytes.takeOver(number.toByteArray()));
  }

  private static KeyMaterial encoded(byte[] bytes) {
    return new KeyMaterial.Encoded(SecretBytes.takeOver(bytes));
  }

  private static KeyBlock with(KeyBlock block, KeyFormatType form, KeyMaterial material) {
    return new KeyBlock(
        form,
        Optional.empty(),
        Optional.of(new KeyValue.Plain(material)),
        block.algorithm(),
        block.length(),
        Optional.empty());
  }

  /** A key block for a fresh key of a pair: PKCS#1 for RSA, PKCS#8 and X.509 for EC. */
  public static KeyBlock of(PrivateKey key, CryptographicAlgorithm algorithm, int bits) {
    KeyFormatType form = key instanceof RSAPrivateKey ? KeyFormatType.PKCS_1 : KeyFormatType.PKCS_8;
    return block(form, material(key, form), algorithm, bits);
  }

  /** As {@link #of(PrivateKey, CryptographicAlgorithm, int)}. */
  public static KeyBlock of(PublicKey key, CryptographicAlgorithm algorithm, int bits) {
    KeyFormatType form = key instanceof RSAPublicKey ? KeyFormatType.PKCS_1 : KeyFormatType.X_509;
    return block(form, material(key, form), algorithm, bits);
  }

  private static KeyBlock block(
      KeyFormatType form, KeyMaterial material, CryptographicAlgorithm algorithm, int bits) {
    return new KeyBlock(
        form,
        Optional.empty(),
        Optional.of(new KeyValue.Plain(material)),
        Optional.of(algorithm),
        Optional.of(bits),
        Optional.empty());
  }

  private static KmipFailure unsupported(KeyFormatType form) {
    return new KmipFailure(
        ResultReason.KEY_FORMAT_TYPE_NOT_SUPPORTED,
        "The object cannot be had in the form " + form + ".");
  }
}
