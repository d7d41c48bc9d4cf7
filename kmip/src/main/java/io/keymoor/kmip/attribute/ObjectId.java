package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.vocabulary.IdentifierReference;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.ttlv.TtlvType;

/**
 * How a request names an object: by its unique identifier, by what an earlier item of the batch
 * made (KMIP 2.0 and later), or by leaving the identifier out, which means the ID placeholder.
 */
public sealed interface ObjectId {
  /** The field wasn't there: the ID placeholder of the batch (KMIP 2.1 section 6). */
  ObjectId PLACEHOLDER = new Placeholder();

  /** A unique identifier. */
  static ObjectId of(String id) {
    return new ById(id);
  }

  /** A unique identifier. */
  record ById(String id) implements ObjectId {}

  /** The object that the latest operation of a kind made. */
  record ByOperation(IdentifierReference operation) implements ObjectId {}

  /** The n-th object of the response so far; negative counts backwards from this item. */
  record ByPosition(int position) implements ObjectId {}

  /** The field left out. */
  record Placeholder() implements ObjectId {}

  /** An identifier that stands there. */
  Type<ObjectId> TYPE =
      new Type<>() {
        @Override
        public ObjectId read(Decoder in) {
          TtlvType type = in.reader().type();
          if (in.version().isTagged() && type == TtlvType.ENUMERATION) {
            return new ByOperation(IdentifierReference.KIND.read(in));
          }
          if (in.version().isTagged() && type == TtlvType.INTEGER) {
            return new ByPosition(in.reader().integer());
          }
          return new ById(in.reader().text());
        }

        @Override
        public void write(Encoder out, int tag, ObjectId value) {
          switch (value) {
            case ById id -> out.writer().text(tag, id.id());
            case ByOperation reference -> {
              requireTagged(out, tag);
              IdentifierReference.KIND.write(out, tag, reference.operation());
            }
            case ByPosition place -> {
              requireTagged(out, tag);
              out.writer().integer(tag, place.position());
            }
            case Placeholder placeholder ->
                throw new IllegalArgumentException("the placeholder is a field left out");
          }
        }
      };

  /** A Unique Identifier field, or the placeholder. */
  Fields.Choice<ObjectId> UNIQUE_IDENTIFIER = optional(Tag.UNIQUE_IDENTIFIER);

  /** A Private Key Unique Identifier field, or the placeholder. */
  Fields.Choice<ObjectId> PRIVATE_KEY = optional(Tag.PRIVATE_KEY_UNIQUE_IDENTIFIER);

  private static Fields.Choice<ObjectId> optional(int tag) {
    return new Fields.Choice<>() {
      @Override
      public ObjectId read(Decoder in) {
        return in.tag() == tag ? TYPE.read(in) : PLACEHOLDER;
      }

      @Override
      public void write(Encoder out, ObjectId value) {
        if (!(value instanceof Placeholder)) {
          TYPE.write(out, tag, value);
        }
      }
    };
  }

  private static void requireTagged(Encoder out, int tag) {
    if (!out.version().isTagged()) {
      throw new InvalidKmip(
          InvalidKmip.Reason.NOT_IN_THIS_VERSION,
          tag,
          "objects are named by identifiers only before KMIP 2.0");
    }
  }
}
