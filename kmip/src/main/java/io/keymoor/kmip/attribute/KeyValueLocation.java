package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.KeyValueLocationType;
import io.keymoor.kmip.vocabulary.Tag;

/** The Key Value Location attribute (KMIP 2.1 section 4.27). */
public record KeyValueLocation(String value, KeyValueLocationType type) {
  public static final Structure<KeyValueLocation> TYPE =
      new Structure<>(fields ->
          new KeyValueLocation(
              fields.required(Tag.KEY_VALUE_LOCATION_VALUE, Types.TEXT, KeyValueLocation::value),
              fields.required(
                  Tag.KEY_VALUE_LOCATION_TYPE, KeyValueLocationType.KIND, KeyValueLocation::type)));
}
