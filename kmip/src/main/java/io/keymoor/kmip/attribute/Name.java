package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.NameType;
import io.keymoor.kmip.vocabulary.Tag;

/** The Name attribute (KMIP 2.1 section 4.32). */
public record Name(String value, NameType type) {
  public static final Structure<Name> TYPE =
      new Structure<>(fields ->
          new Name(
              fields.required(Tag.NAME_VALUE, Types.TEXT, Name::value),
              fields.required(Tag.NAME_TYPE, NameType.KIND, Name::type)));

  /** An uninterpreted text. */
  public static Name of(String text) {
    return new Name(text, NameType.UNINTERPRETED_TEXT_STRING);
  }
}
