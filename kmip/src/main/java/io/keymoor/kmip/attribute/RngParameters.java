package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.DrbgAlgorithm;
import io.keymoor.kmip.vocabulary.Fips186Variation;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.RngAlgorithm;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** A random number generator (KMIP 2.1 section 7.36); the length is in bits. */
public record RngParameters(
    RngAlgorithm rngAlgorithm,
    Optional<CryptographicAlgorithm> algorithm,
    Optional<Integer> length,
    Optional<HashingAlgorithm> hashingAlgorithm,
    Optional<DrbgAlgorithm> drbgAlgorithm,
    Optional<RecommendedCurve> curve,
    Optional<Fips186Variation> fips186Variation,
    Optional<Boolean> predictionResistance) {
  public static final Structure<RngParameters> TYPE =
      new Structure<>(fields ->
          new RngParameters(
              fields.required(Tag.RNG_ALGORITHM, RngAlgorithm.KIND, RngParameters::rngAlgorithm),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_ALGORITHM,
                  CryptographicAlgorithm.KIND,
                  RngParameters::algorithm),
              fields.optional(Tag.CRYPTOGRAPHIC_LENGTH, Types.INTEGER, RngParameters::length),
              fields.optional(
                  Tag.HASHING_ALGORITHM, HashingAlgorithm.KIND, RngParameters::hashingAlgorithm),
              fields.optional(Tag.DRBG_ALGORITHM, DrbgAlgorithm.KIND, RngParameters::drbgAlgorithm),
              fields.optional(Tag.RECOMMENDED_CURVE, RecommendedCurve.KIND, RngParameters::curve),
              fields.optional(
                  Tag.FIPS186_VARIATION, Fips186Variation.KIND, RngParameters::fips186Variation),
              fields.optional(
                  Tag.PREDICTION_RESISTANCE, Types.BOOLEAN, RngParameters::predictionResistance)));
}
