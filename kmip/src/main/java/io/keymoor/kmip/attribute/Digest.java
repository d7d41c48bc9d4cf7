package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.HashingAlgorithm;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** The Digest attribute (KMIP 2.1 section 4.21). */
public record Digest(
    HashingAlgorithm algorithm, Optional<ByteString> value, Optional<KeyFormatType> keyFormatType) {
  public static final Structure<Digest> TYPE =
      new Structure<>(fields ->
          new Digest(
              fields.required(Tag.HASHING_ALGORITHM, HashingAlgorithm.KIND, Digest::algorithm),
              fields.optional(Tag.DIGEST_VALUE, Types.BYTES, Digest::value),
              fields
                  .since(ProtocolVersion.V1_1)
                  .optional(Tag.KEY_FORMAT_TYPE, KeyFormatType.KIND, Digest::keyFormatType)));
}
