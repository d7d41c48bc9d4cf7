package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.RotateNameType;
import io.keymoor.kmip.vocabulary.Tag;

/** The Rotate Name attribute (KMIP 2.1 section 4.53). */
public record RotateName(String value, RotateNameType type) {
  public static final Structure<RotateName> TYPE =
      new Structure<>(fields ->
          new RotateName(
              fields.required(Tag.ROTATE_NAME_VALUE, Types.TEXT, RotateName::value),
              fields.required(Tag.ROTATE_NAME_TYPE, RotateNameType.KIND, RotateName::type)));
}
