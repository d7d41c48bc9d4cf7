package io.keymoor.kms.cipher;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.vocabulary.DigitalSignatureAlgorithm;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.PaddingMethod;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** RSA encryption (OAEP, PKCS#1 1.5) and signatures (PSS, PKCS#1 1.5, ECDSA). Thread-safe. */
public final class AsymmetricCipher {
  private static final Map<DigitalSignatureAlgorithm, HashingAlgorithm> HASHES =
      Map.ofEntries(
          Map.entry(
              DigitalSignatureAlgorithm.SHA_1_WITH_RSA_ENCRYPTION_PKCS_1_V1_5,
              HashingAlgorithm.SHA_1),
          Map.entry(
              DigitalSignatureAlgorithm.SHA_224_WITH_RSA_ENCRYPTION_PKCS_1_V1_5,
              HashingAlgorithm.SHA_224),
          Map.entry(
              DigitalSignatureAlgorithm.SHA_256_WITH_RSA_ENCRYPTION_PKCS_1_V1_5,
              HashingAlgorithm.SHA_256),
          Map.entry(
              DigitalSignatureAlgorithm.SHA_384_WITH_RSA_ENCRYPTION_PKCS_1_V1_5,
              HashingAlgorithm.SHA_384),
          Map.entry(
              DigitalSignatureAlgorithm.SHA_512_WITH_RSA_ENCRYPTION_PKCS_1_V1_5,
              HashingAlgorithm.SHA_512),
          Map.entry(DigitalSignatureAlgorithm.ECDSA_WITH_SHA_1, HashingAlgorithm.SHA_1),
          Map.entry(DigitalSignatureAlgorithm.ECDSA_WITH_SHA224, HashingAlgorithm.SHA_224),
          Map.entry(DigitalSignatureAlgorithm.ECDSA_WITH_SHA256, HashingAlgorithm.SHA_256),
          Map.entry(DigitalSignatureAlgorithm.ECDSA_WITH_SHA384, HashingAlgorithm.SHA_384),
          Map.entry(DigitalSignatureAlgorithm.ECDSA_WITH_SHA512, HashingAlgorithm.SHA_512));

  /** DigestInfo of RFC 8017 up to the digest itself. */
  private static final Map<HashingAlgorithm, String> DIGEST_INFO =
      Map.of(
          HashingAlgorithm.SHA_1, "3021300906052b0e03021a05000414",
          HashingAlgorithm.SHA_224, "302d300d06096086480165030402040500041c",
          HashingAlgorithm.SHA_256, "3031300d060960864801650304020105000420",
          HashingAlgorithm.SHA_384, "3041300d060960864801650304020205000430",
          HashingAlgorithm.SHA_512, "3051300d060960864801650304020305000440");

  private AsymmetricCipher() {}

  /** Encrypts to a public key. */
  public static byte[] encrypt(KeyBlock publicKey, CryptographicParameters how, byte[] data) {
    return crypt(Cipher.ENCRYPT_MODE, AsymmetricKeys.publicKey(publicKey), how, data);
  }

  /** Decrypts with a private key. */
  public static byte[] decrypt(KeyBlock privateKey, CryptographicParameters how, byte[] data) {
    return crypt(Cipher.DECRYPT_MODE, AsymmetricKeys.privateKey(privateKey), how, data);
  }

  private static byte[] crypt(int mode, Key key, CryptographicParameters how, byte[] data) {
    if (!(key instanceof RSAKey)) {
      throw Algorithms.unsupported("encryption to elliptic curve keys");
    }
    PaddingMethod padding =
        how.paddingMethod()
            .orElseThrow(() -> Algorithms.unsupported("RSA without a padding method"));
    try {
      if (padding.equals(PaddingMethod.OAEP)) {
        Cipher cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        cipher.init(mode, key, oaep(how));
        return cipher.doFinal(data);
      }
      if (padding.equals(PaddingMethod.PKCS1_V1_5)) {
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(mode, key);
        return cipher.doFinal(data);
      }
    } catch (GeneralSecurityException | IllegalStateException wrong) {
      throw failure();
    }
    throw Algorithms.unsupported("RSA with padding " + padding);
  }

  private static OAEPParameterSpec oaep(CryptographicParameters how) {
    HashingAlgorithm hash = how.hashingAlgorithm().orElse(HashingAlgorithm.SHA_1);
    return new OAEPParameterSpec(
        Algorithms.digest(hash),
        "MGF1",
        mgf1(how, hash),
        how.pSource()
            .map(ByteString::toByteArray)
            .<PSource>map(PSource.PSpecified::new)
            .orElse(PSource.PSpecified.DEFAULT));
  }

  /** Where nothing is said, the mask is made with the hash of the message. */
  private static MGF1ParameterSpec mgf1(CryptographicParameters how, HashingAlgorithm hash) {
    return new MGF1ParameterSpec(
        Algorithms.digest(how.maskGeneratorHashingAlgorithm().orElse(hash)));
  }

  /**
   * Signs.
   *
   * @param digested whether {@code data} is the digest already
   */
  public static byte[] sign(
      KeyBlock privateKey, CryptographicParameters how, byte[] data, boolean digested) {
    PrivateKey key = AsymmetricKeys.privateKey(privateKey);
    boolean rsa = key instanceof RSAKey;
    try {
      Signature signature = Signature.getInstance(name(rsa, how, digested));
      if (rsa && isPss(how)) {
        signature.setParameter(pss(how, how.saltLength().orElseGet(() -> defaultSalt(how))));
      }
      signature.initSign(key);
      signature.update(input(rsa, how, data, digested));
      return signature.sign();
    } catch (GeneralSecurityException wrong) {
      throw failure();
    }
  }

  /** Whether the signature is this key's over the data. */
  public static boolean verify(
      KeyBlock publicKey,
      CryptographicParameters how,
      byte[] data,
      boolean digested,
      byte[] signature) {
    PublicKey key = AsymmetricKeys.publicKey(publicKey);
    boolean rsa = key instanceof RSAKey;
    List<Integer> salts = rsa && isPss(how) ? salts(how, (RSAKey) key) : List.of(0);
    return salts.stream()
        .anyMatch(salt -> verifyWith(key, rsa, how, data, digested, signature, salt));
  }

  /** A verifier that was not told the salt's length tries the usual ones. */
  private static List<Integer> salts(CryptographicParameters how, RSAKey key) {
    return how.saltLength()
        .map(List::of)
        .orElseGet(() -> {
          int digest = digestBytes(hash(how));
          int largest = (key.getModulus().bitLength() + 6) / 8 - digest - 2;
          return List.of(digest, 20, largest);
        });
  }

  private static boolean verifyWith(
      PublicKey key,
      boolean rsa,
      CryptographicParameters how,
      byte[] data,
      boolean digested,
      byte[] bytes,
      int salt) {
    try {
      Signature signature = Signature.getInstance(name(rsa, how, digested));
      if (rsa && isPss(how)) {
        signature.setParameter(pss(how, salt));
      }
      signature.initVerify(key);
      signature.update(input(rsa, how, data, digested));
      return signature.verify(bytes);
    } catch (java.security.SignatureException malformed) {
      return false;
    } catch (GeneralSecurityException wrong) {
      throw failure();
    }
  }

  private static byte[] input(
      boolean rsa, CryptographicParameters how, byte[] data, boolean digested) {
    if (!digested || !rsa) {
      return data;
    }
    String info = DIGEST_INFO.get(hash(how));
    if (info == null) {
      throw Algorithms.unsupported("signatures over digests of " + hash(how));
    }
    return HexFormat.of().parseHex(info + HexFormat.of().formatHex(data));
  }

  private static String name(boolean rsa, CryptographicParameters how, boolean digested) {
    if (rsa && isPss(how)) {
      if (digested) {
        throw Algorithms.unsupported("PSS signatures over digests");
      }
      return "RSASSA-PSS";
    }
    if (digested) {
      return rsa ? "NONEwithRSA" : "NONEwithECDSA";
    }
    String digest = Algorithms.digest(hash(how)).replace("-", "").replace("SHA3", "SHA3-");
    return digest + "with" + (rsa ? "RSA" : "ECDSA");
  }

  private static boolean isPss(CryptographicParameters how) {
    return how.digitalSignatureAlgorithm()
        .map(it -> it.equals(DigitalSignatureAlgorithm.RSASSA_PSS_PKCS_1_V2_1))
        .orElseGet(() -> how.paddingMethod().equals(Optional.of(PaddingMethod.PSS)));
  }

  private static PSSParameterSpec pss(CryptographicParameters how, int salt) {
    HashingAlgorithm hash = hash(how);
    return new PSSParameterSpec(
        Algorithms.digest(hash), "MGF1", mgf1(how, hash), salt, PSSParameterSpec.TRAILER_FIELD_BC);
  }

  private static int defaultSalt(CryptographicParameters how) {
    return digestBytes(how.maskGeneratorHashingAlgorithm().orElse(hash(how)));
  }

  private static HashingAlgorithm hash(CryptographicParameters how) {
    return how.digitalSignatureAlgorithm()
        .flatMap(it -> Optional.ofNullable(HASHES.get(it)))
        .or(how::hashingAlgorithm)
        .orElseThrow(() -> Algorithms.unsupported("signatures without a hashing algorithm"));
  }

  private static int digestBytes(HashingAlgorithm hash) {
    try {
      return MessageDigest.getInstance(Algorithms.digest(hash)).getDigestLength();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("this JDK lacks " + hash, impossible);
    }
  }

  private static KmipFailure failure() {
    return new KmipFailure(
        ResultReason.CRYPTOGRAPHIC_FAILURE, "The data could not be processed with this key.");
  }
}
