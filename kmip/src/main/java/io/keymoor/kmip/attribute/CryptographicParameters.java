package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.BlockCipherMode;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.DigitalSignatureAlgorithm;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.KeyRoleType;
import io.keymoor.kmip.vocabulary.MaskGenerator;
import io.keymoor.kmip.vocabulary.PaddingMethod;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/**
 * The Cryptographic Parameters attribute (KMIP 2.1 section 4.16). Lengths are in bits for a counter
 * and in bytes otherwise.
 */
public record CryptographicParameters(
    Optional<BlockCipherMode> blockCipherMode,
    Optional<PaddingMethod> paddingMethod,
    Optional<HashingAlgorithm> hashingAlgorithm,
    Optional<KeyRoleType> keyRoleType,
    Optional<DigitalSignatureAlgorithm> digitalSignatureAlgorithm,
    Optional<CryptographicAlgorithm> algorithm,
    Optional<Boolean> randomIv,
    Optional<Integer> ivLength,
    Optional<Integer> tagLength,
    Optional<Integer> fixedFieldLength,
    Optional<Integer> invocationFieldLength,
    Optional<Integer> counterLength,
    Optional<Integer> initialCounterValue,
    Optional<Integer> saltLength,
    Optional<MaskGenerator> maskGenerator,
    Optional<HashingAlgorithm> maskGeneratorHashingAlgorithm,
    Optional<ByteString> pSource,
    Optional<Integer> trailerField) {
  public static final Structure<CryptographicParameters> TYPE =
      new Structure<>(fields ->
          new CryptographicParameters(
              fields.optional(
                  Tag.BLOCK_CIPHER_MODE,
                  BlockCipherMode.KIND,
                  CryptographicParameters::blockCipherMode),
              fields.optional(
                  Tag.PADDING_METHOD, PaddingMethod.KIND, CryptographicParameters::paddingMethod),
              fields.optional(
                  Tag.HASHING_ALGORITHM,
                  HashingAlgorithm.KIND,
                  CryptographicParameters::hashingAlgorithm),
              fields.optional(
                  Tag.KEY_ROLE_TYPE, KeyRoleType.KIND, CryptographicParameters::keyRoleType),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.DIGITAL_SIGNATURE_ALGORITHM,
                      DigitalSignatureAlgorithm.KIND,
                      CryptographicParameters::digitalSignatureAlgorithm),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.CRYPTOGRAPHIC_ALGORITHM,
                      CryptographicAlgorithm.KIND,
                      CryptographicParameters::algorithm),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(Tag.RANDOM_IV, Types.BOOLEAN, CryptographicParameters::randomIv),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(Tag.IV_LENGTH, Types.INTEGER, CryptographicParameters::ivLength),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(Tag.TAG_LENGTH, Types.INTEGER, CryptographicParameters::tagLength),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.FIXED_FIELD_LENGTH,
                      Types.INTEGER,
                      CryptographicParameters::fixedFieldLength),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.INVOCATION_FIELD_LENGTH,
                      Types.INTEGER,
                      CryptographicParameters::invocationFieldLength),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.COUNTER_LENGTH, Types.INTEGER, CryptographicParameters::counterLength),
              fields
                  .since(ProtocolVersion.V1_2)
                  .optional(
                      Tag.INITIAL_COUNTER_VALUE,
                      Types.INTEGER,
                      CryptographicParameters::initialCounterValue),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.SALT_LENGTH, Types.INTEGER, CryptographicParameters::saltLength),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.MASK_GENERATOR,
                      MaskGenerator.KIND,
                      CryptographicParameters::maskGenerator),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.MASK_GENERATOR_HASHING_ALGORITHM,
                      HashingAlgorithm.KIND,
                      CryptographicParameters::maskGeneratorHashingAlgorithm),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(Tag.P_SOURCE, Types.BYTES, CryptographicParameters::pSource),
              fields
                  .since(ProtocolVersion.V1_4)
                  .optional(
                      Tag.TRAILER_FIELD, Types.INTEGER, CryptographicParameters::trailerField)));

  /** Nothing said. */
  public static final CryptographicParameters NONE =
      new CryptographicParameters(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty());

  /** AES in a mode that authenticates; lengths are in bytes. */
  public static CryptographicParameters authenticated(
      BlockCipherMode mode, boolean randomIv, int ivBytes, int tagBytes) {
    return new CryptographicParameters(
        Optional.of(mode),
        NONE.paddingMethod,
        NONE.hashingAlgorithm,
        NONE.keyRoleType,
        NONE.digitalSignatureAlgorithm,
        Optional.of(CryptographicAlgorithm.AES),
        randomIv ? Optional.of(true) : Optional.empty(),
        Optional.of(ivBytes),
        Optional.of(tagBytes),
        NONE.fixedFieldLength,
        NONE.invocationFieldLength,
        NONE.counterLength,
        NONE.initialCounterValue,
        NONE.saltLength,
        NONE.maskGenerator,
        NONE.maskGeneratorHashingAlgorithm,
        NONE.pSource,
        NONE.trailerField);
  }

  /** Only a mode and a padding. */
  public static CryptographicParameters of(BlockCipherMode mode, PaddingMethod padding) {
    return new CryptographicParameters(
        Optional.of(mode),
        Optional.of(padding),
        NONE.hashingAlgorithm,
        NONE.keyRoleType,
        NONE.digitalSignatureAlgorithm,
        NONE.algorithm,
        NONE.randomIv,
        NONE.ivLength,
        NONE.tagLength,
        NONE.fixedFieldLength,
        NONE.invocationFieldLength,
        NONE.counterLength,
        NONE.initialCounterValue,
        NONE.saltLength,
        NONE.maskGenerator,
        NONE.maskGeneratorHashingAlgorithm,
        NONE.pSource,
        NONE.trailerField);
  }
}
