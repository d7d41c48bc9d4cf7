package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.DataReference;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.TtlvType;

/**
 * What a cryptographic operation works on: bytes, or the data an earlier item of the batch made
 * (KMIP 2.0 and later, KMIP 2.1 section 7.9).
 */
public sealed interface DataInput {
  /** Bytes. */
  static DataInput of(byte[] bytes) {
    return new Bytes(ByteString.copyOf(bytes));
  }

  /** Clear bytes of a secret; whoever asks for it ends them with {@link ByteString#erase}. */
  static Bytes clear(SecretBytes secret) {
    return new Bytes(ClearBytes.read(secret, ByteString::copyOf));
  }

  /** Bytes. */
  record Bytes(ByteString bytes) implements DataInput {}

  /** The data that the latest operation of a kind made. */
  record ByOperation(DataReference operation) implements DataInput {}

  /** The n-th data of the response so far; negative counts backwards from this item. */
  record ByPosition(int position) implements DataInput {}

  /** The field Data. */
  Type<DataInput> TYPE =
      new Type<>() {
        @Override
        public DataInput read(Decoder in) {
          TtlvType type = in.reader().type();
          if (in.version().isTagged() && type == TtlvType.ENUMERATION) {
            return new ByOperation(DataReference.KIND.read(in));
          }
          if (in.version().isTagged() && type == TtlvType.INTEGER) {
            return new ByPosition(in.reader().integer());
          }
          return new Bytes(Types.BYTES.read(in));
        }

        @Override
        public void write(Encoder out, int tag, DataInput value) {
          switch (value) {
            case Bytes data -> Types.BYTES.write(out, tag, data.bytes());
            case ByOperation reference -> {
              requireTagged(out);
              DataReference.KIND.write(out, tag, reference.operation());
            }
            case ByPosition place -> {
              requireTagged(out);
              out.writer().integer(tag, place.position());
            }
          }
        }
      };

  private static void requireTagged(Encoder out) {
    if (!out.version().isTagged()) {
      throw new InvalidKmip(
          InvalidKmip.Reason.NOT_IN_THIS_VERSION,
          Tag.DATA,
          "data can't be named by an earlier item before KMIP 2.0");
    }
  }
}
