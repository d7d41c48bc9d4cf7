package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Type;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.AsynchronousIndicator;

/**
 * The Asynchronous Indicator: a boolean in KMIP 1.x, where true means that the client can handle a
 * later answer (KMIP 1.4 section 6.7), an enumeration in 2.x.
 */
final class AsynchronousMode {
  static final Type<AsynchronousIndicator> TYPE =
      Types.of(AsynchronousMode::read, AsynchronousMode::write);

  private AsynchronousMode() {}

  private static AsynchronousIndicator read(Decoder in) {
    if (in.version().isTagged()) {
      return AsynchronousIndicator.KIND.read(in);
    }
    return in.reader().bool() ? AsynchronousIndicator.OPTIONAL : AsynchronousIndicator.PROHIBITED;
  }

  private static void write(Encoder out, int tag, AsynchronousIndicator value) {
    if (out.version().isTagged()) {
      AsynchronousIndicator.KIND.write(out, tag, value);
    } else {
      out.writer().bool(tag, !value.equals(AsynchronousIndicator.PROHIBITED));
    }
  }
}
