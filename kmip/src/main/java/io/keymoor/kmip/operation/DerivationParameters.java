package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** What a derivation method needs (KMIP 2.1 section 7.12). */
public record DerivationParameters(
    Optional<CryptographicParameters> parameters,
    Optional<ByteString> initializationVector,
    Optional<ByteString> derivationData,
    Optional<ByteString> salt,
    Optional<Integer> iterations) {
  public static final Structure<DerivationParameters> TYPE =
      new Structure<>(fields ->
          new DerivationParameters(
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS,
                  CryptographicParameters.TYPE,
                  DerivationParameters::parameters),
              fields.optional(
                  Tag.INITIALIZATION_VECTOR,
                  Types.BYTES,
                  DerivationParameters::initializationVector),
              fields.optional(
                  Tag.DERIVATION_DATA, Types.BYTES, DerivationParameters::derivationData),
              fields.optional(Tag.SALT, Types.BYTES, DerivationParameters::salt),
              fields.optional(
                  Tag.ITERATION_COUNT, Types.INTEGER, DerivationParameters::iterations)));
}
