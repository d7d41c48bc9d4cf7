package io.keymoor.kmip.object;

import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** A key that wraps, MACs or signs another, and how (KMIP 2.1 section 3.3). */
public record WrappingKeyInformation(ObjectId key, Optional<CryptographicParameters> parameters) {
  public static final Structure<WrappingKeyInformation> TYPE =
      new Structure<>(fields ->
          new WrappingKeyInformation(
              fields.required(Tag.UNIQUE_IDENTIFIER, ObjectId.TYPE, WrappingKeyInformation::key),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_PARAMETERS,
                  CryptographicParameters.TYPE,
                  WrappingKeyInformation::parameters)));
}
