package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AlternativeNameType;
import io.keymoor.kmip.vocabulary.Tag;

/** The Alternative Name attribute (KMIP 2.1 section 4.2). */
public record AlternativeName(String value, AlternativeNameType type) {
  public static final Structure<AlternativeName> TYPE =
      new Structure<>(fields ->
          new AlternativeName(
              fields.required(Tag.ALTERNATIVE_NAME_VALUE, Types.TEXT, AlternativeName::value),
              fields.required(
                  Tag.ALTERNATIVE_NAME_TYPE, AlternativeNameType.KIND, AlternativeName::type)));
}
