package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/**
 * The fields by which requests hand over one attribute.
 *
 * <pre>
 *  KMIP 1.x                    KMIP 2.x
 *  Attribute                   NewAttribute {attribute}
 *  -                           CurrentAttribute {attribute}
 *  AttributeName               AttributeReference
 * </pre>
 */
public final class AttributeField {
  /** The attribute to add, to set, or to change to. */
  public static final Fields.Choice<Attribute<?>> NEW =
      new Fields.Choice<>() {
        @Override
        public Attribute<?> read(Decoder in) {
          if (in.version().isTagged()) {
            in.require(Tag.NEW_ATTRIBUTE);
            return readInside(in);
          }
          in.require(Tag.ATTRIBUTE);
          return Attribute.NAMED.read(in);
        }

        @Override
        public void write(Encoder out, Attribute<?> attribute) {
          if (out.version().isTagged()) {
            writeInside(out, Tag.NEW_ATTRIBUTE, attribute);
          } else {
            Attribute.NAMED.write(out, Tag.ATTRIBUTE, attribute);
          }
        }
      };

  /** The value to change or to delete; KMIP 2.x only, 1.x gives an index. */
  public static final Fields.Choice<Optional<Attribute<?>>> CURRENT =
      new Fields.Choice<>() {
        @Override
        public Optional<Attribute<?>> read(Decoder in) {
          return in.version().isTagged() && in.tag() == Tag.CURRENT_ATTRIBUTE
              ? Optional.of(readInside(in))
              : Optional.empty();
        }

        @Override
        public void write(Encoder out, Optional<Attribute<?>> attribute) {
          if (attribute.isEmpty()) {
            return;
          }
          if (out.version().isTagged()) {
            writeInside(out, Tag.CURRENT_ATTRIBUTE, attribute.get());
          } else {
            out.omit(Tag.CURRENT_ATTRIBUTE);
          }
        }
      };

  /** An attribute's name, or its tag. */
  public static final Fields.Choice<Optional<AttributeType<?>>> REFERENCE =
      new Fields.Choice<>() {
        @Override
        public Optional<AttributeType<?>> read(Decoder in) {
          int tag = in.version().isTagged() ? Tag.ATTRIBUTE_REFERENCE : Tag.ATTRIBUTE_NAME;
          return in.tag() == tag ? Optional.of(AttributeReference.TYPE.read(in)) : Optional.empty();
        }

        @Override
        public void write(Encoder out, Optional<AttributeType<?>> type) {
          int tag = out.version().isTagged() ? Tag.ATTRIBUTE_REFERENCE : Tag.ATTRIBUTE_NAME;
          if (type.isPresent()) {
            AttributeReference.TYPE.write(out, tag, type.get());
          }
        }
      };

  private AttributeField() {}

  private static Attribute<?> readInside(Decoder in) {
    in.reader().enter();
    Attribute<?> attribute = Attribute.TAGGED.read(in);
    in.end();
    return attribute;
  }

  private static void writeInside(Encoder out, int tag, Attribute<?> attribute) {
    out.writer().start(tag);
    Attribute.TAGGED.write(out, attribute.type().tag(), attribute);
    out.writer().end();
  }
}
