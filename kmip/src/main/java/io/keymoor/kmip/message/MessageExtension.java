package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;

/**
 * A vendor's addition to an item (KMIP 2.1 section 9.13).
 *
 * @param vendor whose it is
 * @param critical whether the item must fail where the extension is not understood
 * @param extension the addition, as it stands
 */
public record MessageExtension(String vendor, boolean critical, Ttlv extension) {
  public static final Structure<MessageExtension> TYPE =
      new Structure<>(fields ->
          new MessageExtension(
              fields.required(Tag.VENDOR_IDENTIFICATION, Types.TEXT, MessageExtension::vendor),
              fields.required(Tag.CRITICALITY_INDICATOR, Types.BOOLEAN, MessageExtension::critical),
              fields.required(Tag.VENDOR_EXTENSION, Types.ANY, MessageExtension::extension)));
}
