package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.Ttlv;
import io.keymoor.ttlv.TtlvReader;
import java.util.Optional;

/**
 * An attribute's value.
 *
 * <pre>
 *  KMIP 1.x                              KMIP 2.x, one of the table      KMIP 2.x, custom
 *  Attribute                             {the attribute's tag} value     Attribute
 *    AttributeName  text                                                   VendorIdentification
 *    AttributeIndex integer, optional                                      AttributeName
 *    AttributeValue value                                                  AttributeValue
 * </pre>
 *
 * @param type which attribute
 * @param index its number among several values in KMIP 1.x; {@link #NO_INDEX} where none was given
 * @param value the value
 */
public record Attribute<T>(AttributeType<T> type, int index, T value) {
  /** No index was given: the first value (KMIP 1.4 section 2.1.1). */
  public static final int NO_INDEX = -1;

  /** An attribute as KMIP 1.x writes it. */
  public static final Type<Attribute<?>> NAMED =
      Types.of(Attribute::readNamed, Attribute::writeNamed);

  /** An attribute as KMIP 2.x writes it; the tag to write under is the attribute's own. */
  static final Type<Attribute<?>> TAGGED =
      Types.of(Attribute::readTagged, (out, tag, value) -> value.writeTagged(out));

  public Attribute {
    if (index < NO_INDEX) {
      throw new InvalidKmip(
          InvalidKmip.Reason.INVALID_FIELD,
          Tag.ATTRIBUTE_INDEX,
          "an attribute's index is negative");
    }
  }

  /** A value without an index. */
  public static <T> Attribute<T> of(AttributeType<T> type, T value) {
    return new Attribute<>(type, NO_INDEX, value);
  }

  /** A custom attribute that holds a text, such as {@code x-Product}. */
  public static Attribute<Ttlv> custom(String name, String text) {
    return of(AttributeType.custom(name), new Ttlv.Text(Tag.ATTRIBUTE_VALUE, text));
  }

  /** The same value with another index. */
  public Attribute<T> at(int newIndex) {
    return newIndex == index ? this : new Attribute<>(type, newIndex, value);
  }

  /** The same value, as one of {@code wanted} if it is. */
  @SuppressWarnings("unchecked") // Equal types have equal value types.
  public <W> Optional<Attribute<W>> as(AttributeType<W> wanted) {
    return type.equals(wanted) ? Optional.of((Attribute<W>) this) : Optional.empty();
  }

  private static Attribute<?> readNamed(Decoder in) {
    TtlvReader reader = in.reader();
    reader.enter();
    in.require(Tag.ATTRIBUTE_NAME);
    Optional<AttributeType<?>> known = reader.textIn(AttributeIndex.names());
    AttributeType<?> type = known.isPresent() ? known.get() : AttributeType.custom(reader.text());
    int index = NO_INDEX;
    if (in.tag() == Tag.ATTRIBUTE_INDEX) {
      // A negative one is refused by the constructor, and -1 must not pass for none.
      index = reader.integer();
      index = index == NO_INDEX ? Integer.MIN_VALUE : index;
    }
    in.require(Tag.ATTRIBUTE_VALUE);
    Attribute<?> attribute = read(type, index, in);
    in.end();
    return attribute;
  }

  private static <T> Attribute<T> read(AttributeType<T> type, int index, Decoder in) {
    return new Attribute<>(type, index, type.type().read(in));
  }

  private static void writeNamed(Encoder out, int tag, Attribute<?> attribute) {
    if (!attribute.type.isIn(out.version())) {
      out.omit(attribute.type.tag());
      return;
    }
    out.writer().start(tag);
    out.writer().text(Tag.ATTRIBUTE_NAME, attribute.type.name());
    if (attribute.index != NO_INDEX) {
      out.writer().integer(Tag.ATTRIBUTE_INDEX, attribute.index);
    }
    attribute.writeValue(out, Tag.ATTRIBUTE_VALUE);
    out.writer().end();
  }

  private void writeValue(Encoder out, int tag) {
    type.type().write(out, tag, value);
  }

  private static Attribute<?> readTagged(Decoder in) {
    int tag = in.tag();
    if (tag != Tag.ATTRIBUTE) {
      Optional<AttributeType<?>> known = AttributeIndex.byTag(tag);
      AttributeType<?> type = known.isPresent() ? known.get() : AttributeType.unknown(tag);
      return read(type, NO_INDEX, in);
    }
    in.reader().enter();
    AttributeType<?> type = AttributeReference.readVendor(in);
    in.require(Tag.ATTRIBUTE_VALUE);
    Attribute<?> attribute = read(type, NO_INDEX, in);
    in.end();
    return attribute;
  }

  private void writeTagged(Encoder out) {
    if (!type.isIn(out.version())) {
      out.omit(type.tag());
      return;
    }
    if (!type.isCustom()) {
      writeValue(out, type.tag());
      return;
    }
    out.writer().start(Tag.ATTRIBUTE);
    out.writer().text(Tag.VENDOR_IDENTIFICATION, type.vendor());
    out.writer().text(Tag.ATTRIBUTE_NAME, type.vendorName());
    writeValue(out, Tag.ATTRIBUTE_VALUE);
    out.writer().end();
  }
}
