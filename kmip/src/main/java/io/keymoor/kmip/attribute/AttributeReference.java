package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.TtlvReader;
import io.keymoor.ttlv.TtlvType;
import java.util.List;
import java.util.Optional;

/**
 * Naming an attribute without its value.
 *
 * <pre>
 *  KMIP 1.x              KMIP 2.x, of the table            KMIP 2.x, custom
 *  AttributeName text    AttributeReference enumeration    AttributeReference
 *                          (the attribute's tag)             VendorIdentification text
 *                                                            AttributeName        text
 * </pre>
 */
public final class AttributeReference {
  /** One reference, in the shape of the version. */
  public static final Type<AttributeType<?>> TYPE =
      Types.of(AttributeReference::read, AttributeReference::write);

  /** References one after another, in the shape and under the tag of the version. */
  public static final Fields.Choice<List<AttributeType<?>>> REPEATED =
      new Fields.Choice<>() {
        @Override
        public List<AttributeType<?>> read(Decoder in) {
          int tag = in.version().isTagged() ? Tag.ATTRIBUTE_REFERENCE : Tag.ATTRIBUTE_NAME;
          if (in.tag() != tag) {
            return List.of();
          }
          int mark = in.mark();
          while (in.tag() == tag) {
            in.collect(AttributeReference.read(in));
          }
          return in.collected(mark);
        }

        @Override
        public void write(Encoder out, List<AttributeType<?>> list) {
          int tag = out.version().isTagged() ? Tag.ATTRIBUTE_REFERENCE : Tag.ATTRIBUTE_NAME;
          for (AttributeType<?> type : list) {
            AttributeReference.write(out, tag, type);
          }
        }
      };

  private AttributeReference() {}

  private static AttributeType<?> read(Decoder in) {
    TtlvReader reader = in.reader();
    if (!in.version().isTagged()) {
      Optional<AttributeType<?>> known = reader.textIn(AttributeIndex.names());
      return known.isPresent() ? known.get() : AttributeType.custom(reader.text());
    }
    if (reader.type() == TtlvType.STRUCTURE) {
      reader.enter();
      AttributeType<?> type = readVendor(in);
      in.end();
      return type;
    }
    int tag = reader.enumeration(Tag.ATTRIBUTE_REFERENCE);
    Optional<AttributeType<?>> known = AttributeIndex.byTag(tag);
    return known.isPresent() ? known.get() : AttributeType.unknown(tag);
  }

  static AttributeType<?> readVendor(Decoder in) {
    in.require(Tag.VENDOR_IDENTIFICATION);
    String vendor = in.reader().text();
    in.require(Tag.ATTRIBUTE_NAME);
    return AttributeType.vendor(vendor, in.reader().text());
  }

  private static void write(Encoder out, int tag, AttributeType<?> type) {
    if (!type.isIn(out.version())) {
      out.omit(type.tag());
    } else if (!out.version().isTagged()) {
      out.writer().text(tag, type.name());
    } else if (type.isCustom()) {
      out.writer().start(tag);
      out.writer().text(Tag.VENDOR_IDENTIFICATION, type.vendor());
      out.writer().text(Tag.ATTRIBUTE_NAME, type.vendorName());
      out.writer().end();
    } else {
      out.writer().enumeration(tag, Tag.ATTRIBUTE_REFERENCE, type.tag());
    }
  }
}
