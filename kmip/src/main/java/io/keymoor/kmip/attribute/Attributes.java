package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.TtlvReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Attributes in their order. Immutable. */
public record Attributes(List<Attribute<?>> list) {
  /** No attributes. */
  public static final Attributes NONE = new Attributes(List.of());

  /** A structure of attributes as KMIP 2.x writes it. */
  public static final Type<Attributes> TYPE =
      Types.of(Attributes::readStructure, Attributes::writeStructure);

  /**
   * Attributes that are repeated items in KMIP 1.x and one structure in 2.x, such as the answer to
   * Get Attributes.
   */
  public static final Fields.Choice<Attributes> FLAT =
      new Fields.Choice<>() {
        @Override
        public Attributes read(Decoder in) {
          if (in.version().isTagged()) {
            return in.tag() == Tag.ATTRIBUTES ? readStructure(in) : NONE;
          }
          return readNamed(in);
        }

        @Override
        public void write(Encoder out, Attributes attributes) {
          if (out.version().isTagged()) {
            writeStructure(out, Tag.ATTRIBUTES, attributes);
          } else {
            attributes.writeNamed(out);
          }
        }
      };

  public Attributes {
    list = List.copyOf(list);
  }

  public static Attributes of(Attribute<?>... attributes) {
    return new Attributes(List.of(attributes));
  }

  public boolean isEmpty() {
    return list.isEmpty();
  }

  /** The first value of an attribute. */
  public <T> Optional<T> first(AttributeType<T> type) {
    for (Attribute<?> attribute : list) {
      Optional<Attribute<T>> found = attribute.as(type);
      if (found.isPresent()) {
        return Optional.of(found.get().value());
      }
    }
    return Optional.empty();
  }

  /** All values of an attribute. */
  public <T> List<T> all(AttributeType<T> type) {
    return list.stream().flatMap(a -> a.as(type).stream()).map(Attribute::value).toList();
  }

  /** These and one more behind them. */
  public Attributes with(Attribute<?> attribute) {
    List<Attribute<?>> longer = new ArrayList<>(list);
    longer.add(attribute);
    return new Attributes(longer);
  }

  static Attributes readNamed(Decoder in) {
    if (in.tag() != Tag.ATTRIBUTE) {
      return NONE;
    }
    int mark = in.mark();
    while (in.tag() == Tag.ATTRIBUTE) {
      in.collect(Attribute.NAMED.read(in));
    }
    return new Attributes(in.collected(mark));
  }

  void writeNamed(Encoder out) {
    for (int i = 0; i < list.size(); i++) {
      Attribute.NAMED.write(out, Tag.ATTRIBUTE, list.get(i));
    }
  }

  private static Attributes readStructure(Decoder in) {
    in.reader().enter();
    if (in.tag() == TtlvReader.END) {
      in.end();
      return NONE;
    }
    int mark = in.mark();
    while (in.tag() != TtlvReader.END) {
      in.collect(Attribute.TAGGED.read(in));
    }
    in.end();
    return new Attributes(in.collected(mark));
  }

  private static void writeStructure(Encoder out, int tag, Attributes attributes) {
    out.writer().start(tag);
    for (int i = 0; i < attributes.list.size(); i++) {
      Attribute<?> attribute = attributes.list.get(i);
      Attribute.TAGGED.write(out, attribute.type().tag(), attribute);
    }
    out.writer().end();
  }
}
