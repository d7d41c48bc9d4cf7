package io.keymoor.kms.cipher;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.vocabulary.BlockCipherMode;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.PaddingMethod;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One encryption or decryption under way: AES and 3DES in ECB, CBC, CFB, OFB, CTR, AES also in GCM;
 * ChaCha20-Poly1305. Used by one thread at a time.
 */
public final class SymmetricCipher {
  private static final int DEFAULT_TAG = 16;
  private static final Map<BlockCipherMode, String> MODES =
      Map.of(
          BlockCipherMode.ECB, "ECB",
          BlockCipherMode.CBC, "CBC",
          BlockCipherMode.CFB, "CFB",
          BlockCipherMode.OFB, "OFB",
          BlockCipherMode.CTR, "CTR",
          BlockCipherMode.GCM, "GCM");
  private static final Map<PaddingMethod, String> PADDINGS =
      Map.of(
          PaddingMethod.NONE, "NoPadding",
          PaddingMethod.PKCS5, "PKCS5Padding",
          PaddingMethod.ISO_10126, "ISO10126Padding");

  private final Cipher cipher;
  private final boolean encrypting;
  private final int tagBytes;
  private final Optional<byte[]> generatedIv;

  private SymmetricCipher(
      Cipher cipher, boolean encrypting, int tagBytes, Optional<byte[]> generatedIv) {
    this.cipher = cipher;
    this.encrypting = encrypting;
    this.tagBytes = tagBytes;
    this.generatedIv = generatedIv;
  }

  /**
   * What came out.
   *
   * @param data the text
   * @param tag the authentication tag of an encryption that has one, at its end
   */
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Output(byte[] data, Optional<byte[]> tag) {}

  /**
   * Begins.
   *
   * @param iv what the request says; made up when it says nothing and the parameters say Random IV
   */
  public static SymmetricCipher begin(
      boolean encrypting,
      SecretBytes key,
      CryptographicAlgorithm algorithm,
      CryptographicParameters parameters,
      Optional<byte[]> iv,
      Optional<byte[]> additionalData,
      SecureRandom random) {
    Plan plan = plan(algorithm, parameters);
    Optional<byte[]> generated = Optional.empty();
    if (plan.ivBytes() > 0 && iv.isEmpty()) {
      if (!encrypting || !parameters.randomIv().orElse(false)) {
        throw new KmipFailure(
            ResultReason.MISSING_INITIALIZATION_VECTOR,
            "This mode needs an initialization vector, and none was given.");
      }
      byte[] made = new byte[plan.ivBytes()];
      random.nextBytes(made);
      generated = Optional.of(made);
    }
    try {
      Cipher cipher = Cipher.getInstance(plan.transformation());
      int mode = encrypting ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE;
      Optional<AlgorithmParameterSpec> spec = spec(plan, iv, generated);
      ClearBytes.use(key, clear -> init(cipher, mode, clear, plan, spec));
      additionalData.filter(_ -> plan.tagBytes() > 0).ifPresent(cipher::updateAAD);
      return new SymmetricCipher(cipher, encrypting, plan.tagBytes(), generated);
    } catch (GeneralSecurityException | IllegalArgumentException failure) {
      throw new KmipFailure(
          ResultReason.CRYPTOGRAPHIC_FAILURE,
          "Key, initialization vector and mode do not fit together.");
    }
  }

  private record Plan(String transformation, String key, int ivBytes, int tagBytes) {}

  private static Plan plan(CryptographicAlgorithm algorithm, CryptographicParameters parameters) {
    if (algorithm.equals(CryptographicAlgorithm.CHA_CHA20_POLY1305)) {
      return new Plan("ChaCha20-Poly1305", "ChaCha20", 12, DEFAULT_TAG);
    }
    boolean aes = algorithm.equals(CryptographicAlgorithm.AES);
    if (!aes && !algorithm.equals(CryptographicAlgorithm.TRIPLE_DES)) {
      throw Algorithms.unsupported("keys for " + algorithm);
    }
    BlockCipherMode mode =
        parameters
            .blockCipherMode()
            .orElseThrow(() ->
                new KmipFailure(
                    ResultReason.INVALID_FIELD,
                    "Neither the request nor the key says a block cipher mode."));
    PaddingMethod padding = parameters.paddingMethod().orElse(PaddingMethod.NONE);
    String modeName = MODES.get(mode);
    String paddingName = PADDINGS.get(padding);
    boolean gcm = mode.equals(BlockCipherMode.GCM);
    if (modeName == null || paddingName == null || (gcm && !aes)) {
      throw Algorithms.unsupported(algorithm + " in mode " + mode + " with padding " + padding);
    }
    int block = aes ? 16 : 8;
    int tag = gcm ? tagBytes(parameters) : 0;
    int iv = mode.equals(BlockCipherMode.ECB) ? 0 : gcm ? 12 : block;
    String cipher = aes ? "AES" : "DESede";
    return new Plan(cipher + "/" + modeName + "/" + paddingName, cipher, iv, tag);
  }

  private static int tagBytes(CryptographicParameters parameters) {
    int tag = parameters.tagLength().orElse(DEFAULT_TAG);
    if (tag < 12 || tag > 16) {
      throw new KmipFailure(
          ResultReason.GENERAL_FAILURE, "A GCM tag has 12 to 16 bytes, not " + tag + ".");
    }
    return tag;
  }

  private static Optional<AlgorithmParameterSpec> spec(
      Plan plan, Optional<byte[]> iv, Optional<byte[]> generated) {
    if (plan.ivBytes() == 0) {
      return Optional.empty();
    }
    byte[] vector = generated.or(() -> iv).orElseThrow();
    return Optional.of(
        plan.transformation().contains("/GCM/")
            ? new GCMParameterSpec(plan.tagBytes() * 8, vector)
            : new IvParameterSpec(vector));
  }

  private static void init(
      Cipher cipher, int mode, byte[] clear, Plan plan, Optional<AlgorithmParameterSpec> spec)
      throws GeneralSecurityException {
    byte[] key = plan.key().equals("DESede") ? threeKeys(clear) : clear.clone();
    try {
      SecretKeySpec secret = new SecretKeySpec(key, plan.key());
      if (spec.isPresent()) {
        cipher.init(mode, secret, spec.get());
      } else {
        cipher.init(mode, secret);
      }
    } finally {
      Arrays.fill(key, (byte) 0);
    }
  }

  /** Two-key 3DES is three-key 3DES with the first key used again. */
  private static byte[] threeKeys(byte[] clear) {
    byte[] key = Arrays.copyOf(clear, 24);
    if (clear.length == 16) {
      System.arraycopy(clear, 0, key, 16, 8);
    }
    return key;
  }

  /** The initialization vector that was made up, for the answer. */
  public Optional<byte[]> generatedIv() {
    return generatedIv.map(byte[]::clone);
  }

  /** Goes on with more data. */
  public Output update(byte[] data) {
    byte[] out = cipher.update(data);
    return new Output(out == null ? new byte[0] : out, Optional.empty());
  }

  /**
   * Ends.
   *
   * @param tag the authentication tag of a decryption that needs one
   */
  public Output end(byte[] data, Optional<byte[]> tag) {
    byte[] input = data;
    if (!encrypting && tagBytes > 0) {
      byte[] given = tag.orElseThrow(SymmetricCipher::noTag);
      if (given.length != tagBytes) {
        throw failure();
      }
      input = Arrays.copyOf(data, data.length + given.length);
      System.arraycopy(given, 0, input, data.length, given.length);
    }
    try {
      byte[] out = cipher.doFinal(input);
      if (!encrypting || tagBytes == 0) {
        return new Output(out, Optional.empty());
      }
      int text = out.length - tagBytes;
      return new Output(
          Arrays.copyOf(out, text), Optional.of(Arrays.copyOfRange(out, text, out.length)));
    } catch (GeneralSecurityException wrong) {
      throw failure();
    }
  }

  /** One sentence for every failure: which of them it was would help an attacker. */
  private static KmipFailure failure() {
    return new KmipFailure(
        ResultReason.CRYPTOGRAPHIC_FAILURE, "The data could not be processed with this key.");
  }

  private static KmipFailure noTag() {
    return new KmipFailure(
        ResultReason.INVALID_MESSAGE, "This mode needs an authentication tag, and none was given.");
  }
}
