package io.keymoor.kms.object;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvReader;
import io.keymoor.ttlv.TtlvWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * Attributes as they are stored: one shape for attributes of all versions.
 *
 * <pre>
 *  Attributes
 *    Attribute                        any number
 *      VendorIdentification  text     custom attributes only
 *      AttributeName         text
 *      AttributeIndex        integer  when there is one
 *      AttributeValue                 in the shape of KMIP 2.1
 * </pre>
 */
final class AttributeCodec {
  private static final ProtocolVersion SHAPE = ProtocolVersion.V2_1;
  private static final Limits LIMITS = Limits.DEFAULT.withFrameBytes(1 << 24);

  private AttributeCodec() {}

  static byte[] encode(Attributes attributes) {
    TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE);
    Encoder out = new Encoder(writer, SHAPE, Encoder.Foreign.REFUSE);
    writer.start(Tag.ATTRIBUTES);
    for (Attribute<?> attribute : attributes.list()) {
      write(out, attribute);
    }
    writer.end();
    return writer.toByteArray();
  }

  private static <T> void write(Encoder out, Attribute<T> attribute) {
    TtlvWriter writer = out.writer();
    writer.start(Tag.ATTRIBUTE);
    AttributeType<T> type = attribute.type();
    if (type.isCustom()) {
      writer.text(Tag.VENDOR_IDENTIFICATION, type.vendor());
    }
    writer.text(Tag.ATTRIBUTE_NAME, type.isCustom() ? type.vendorName() : type.name());
    if (attribute.index() != Attribute.NO_INDEX) {
      writer.integer(Tag.ATTRIBUTE_INDEX, attribute.index());
    }
    type.type().write(out, Tag.ATTRIBUTE_VALUE, attribute.value());
    writer.end();
  }

  static Attributes decode(byte[] stored) {
    TtlvReader reader = Encoding.BINARY.reader(stored, KmipNames.INSTANCE, LIMITS);
    Decoder in = new Decoder(reader, Decoder.Unknown.REFUSE);
    in.speak(SHAPE);
    List<Attribute<?>> list = new ArrayList<>();
    reader.enter();
    while (reader.tag() == Tag.ATTRIBUTE) {
      reader.enter();
      list.add(read(in));
      reader.leave();
    }
    reader.leave();
    return new Attributes(list);
  }

  private static Attribute<?> read(Decoder in) {
    TtlvReader reader = in.reader();
    AttributeType<?> type;
    if (reader.tag() == Tag.VENDOR_IDENTIFICATION) {
      String vendor = reader.text();
      type = AttributeType.vendor(vendor, reader.text());
    } else {
      type = AttributeTypes.byName(reader.text());
    }
    int index = reader.tag() == Tag.ATTRIBUTE_INDEX ? reader.integer() : Attribute.NO_INDEX;
    return value(in, type, index);
  }

  private static <T> Attribute<T> value(Decoder in, AttributeType<T> type, int index) {
    return new Attribute<>(type, index, type.type().read(in));
  }

  /** One value's canonical bytes, by which equal values are found. */
  static <T> byte[] value(Attribute<T> attribute) {
    TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE);
    attribute
        .type()
        .type()
        .write(
            new Encoder(writer, SHAPE, Encoder.Foreign.REFUSE),
            Tag.ATTRIBUTE_VALUE,
            attribute.value());
    return writer.toByteArray();
  }
}
