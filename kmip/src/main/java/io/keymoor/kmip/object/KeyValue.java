package io.keymoor.kmip.object;

import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.TtlvType;

/** A key in clear with the attributes that travel with it, or wrapped (KMIP 2.1 section 3.2). */
public sealed interface KeyValue extends AutoCloseable {
  @Override
  void close();

  /** A key in clear. */
  record Plain(KeyMaterial material, Attributes attributes) implements KeyValue {
    /** A key without attributes. */
    public Plain(KeyMaterial material) {
      this(material, Attributes.NONE);
    }

    @Override
    public void close() {
      material.close();
    }
  }

  /** A wrapped key: bytes that say nothing without the wrapping key. */
  record Wrapped(ByteString bytes) implements KeyValue {
    @Override
    public void close() {
      // Nothing to erase.
    }
  }

  /** The type of a key value whose material has this format. */
  static Type<KeyValue> of(KeyFormatType format) {
    return format.equals(KeyFormatType.RAW) ? InFormat.RAW : new InFormat(format);
  }

  /** Reads and writes key values of one format. */
  final class InFormat implements Type<KeyValue> {
    private static final InFormat RAW = new InFormat(KeyFormatType.RAW);

    private final Structure<Plain> plain;

    private InFormat(KeyFormatType format) {
      Type<KeyMaterial> material = KeyMaterial.of(format);
      plain =
          new Structure<>(fields ->
              new Plain(
                  fields.required(Tag.KEY_MATERIAL, material, Plain::material),
                  fields.choice(TRAVELLING, Plain::attributes)));
    }

    @Override
    public KeyValue read(Decoder in) {
      return in.reader().type() == TtlvType.BYTE_STRING
          ? new Wrapped(Types.BYTES.read(in))
          : plain.read(in);
    }

    @Override
    public void write(Encoder out, int tag, KeyValue value) {
      switch (value) {
        case Plain clear -> plain.write(out, tag, clear);
        case Wrapped wrapped -> Types.BYTES.write(out, tag, wrapped.bytes());
      }
    }
  }

  /** Attributes inside a key value; unlike elsewhere, none are written as nothing. */
  Fields.Choice<Attributes> TRAVELLING =
      new Fields.Choice<>() {
        @Override
        public Attributes read(Decoder in) {
          return Attributes.FLAT.read(in);
        }

        @Override
        public void write(Encoder out, Attributes attributes) {
          if (!attributes.isEmpty()) {
            Attributes.FLAT.write(out, attributes);
          }
        }
      };
}
