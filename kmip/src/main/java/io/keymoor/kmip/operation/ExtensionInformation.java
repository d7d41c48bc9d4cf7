package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ItemType;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** A vendor's extension (KMIP 2.1 section 7.13). */
public record ExtensionInformation(
    String name,
    Optional<Integer> tag,
    Optional<ItemType> type,
    Optional<Integer> enumeration,
    Optional<Boolean> attribute,
    Optional<Integer> parentTag,
    Optional<String> description) {
  public static final Structure<ExtensionInformation> TYPE =
      new Structure<>(fields ->
          new ExtensionInformation(
              fields.required(Tag.EXTENSION_NAME, Types.TEXT, ExtensionInformation::name),
              fields.optional(Tag.EXTENSION_TAG, Types.INTEGER, ExtensionInformation::tag),
              fields.optional(Tag.EXTENSION_TYPE, ItemType.KIND, ExtensionInformation::type),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.EXTENSION_ENUMERATION, Types.INTEGER, ExtensionInformation::enumeration),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.EXTENSION_ATTRIBUTE, Types.BOOLEAN, ExtensionInformation::attribute),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.EXTENSION_PARENT_STRUCTURE_TAG,
                      Types.INTEGER,
                      ExtensionInformation::parentTag),
              fields
                  .since(ProtocolVersion.V2_0)
                  .optional(
                      Tag.EXTENSION_DESCRIPTION, Types.TEXT, ExtensionInformation::description)));
}
