package io.keymoor.kmip.message;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.Fields;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.operation.Versions;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.function.Function;

/** The header's version, which decides the shape of all that follows. */
final class SpokenVersion {
  private static final Fields.Choice<ProtocolVersion> FIELD =
      new Fields.Choice<>() {
        @Override
        public ProtocolVersion read(Decoder in) {
          in.require(Tag.PROTOCOL_VERSION);
          ProtocolVersion version = Versions.TYPE.read(in);
          in.speak(version);
          return version;
        }

        @Override
        public void write(Encoder out, ProtocolVersion version) {
          Versions.TYPE.write(out, Tag.PROTOCOL_VERSION, version);
        }
      };

  private SpokenVersion() {}

  static <R> ProtocolVersion in(Fields<R> fields, Function<R, ProtocolVersion> of) {
    return fields.choice(FIELD, of);
  }
}
