package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** The Cryptographic Domain Parameters attribute (KMIP 2.1 section 4.14); lengths in bits. */
public record CryptographicDomainParameters(
    Optional<Integer> qlength, Optional<RecommendedCurve> curve) {
  public static final Structure<CryptographicDomainParameters> TYPE =
      new Structure<>(fields ->
          new CryptographicDomainParameters(
              fields.optional(Tag.QLENGTH, Types.INTEGER, CryptographicDomainParameters::qlength),
              fields.optional(
                  Tag.RECOMMENDED_CURVE,
                  RecommendedCurve.KIND,
                  CryptographicDomainParameters::curve)));
}
