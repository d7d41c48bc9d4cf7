package io.keymoor.kmip.object;

import io.keymoor.kmip.codec.Decoder;
import io.keymoor.kmip.codec.Encoder;
import io.keymoor.kmip.codec.InvalidKmip;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.EncodingOption;
import io.keymoor.kmip.vocabulary.KeyFormatType;
import io.keymoor.kmip.vocabulary.KmipNames;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import io.keymoor.ttlv.Encoding;
import io.keymoor.ttlv.Limits;
import io.keymoor.ttlv.TtlvWriter;

/**
 * The bytes of a key value that a wrapping key encrypts (KMIP 2.1 sections 3.3 and 11.18): the key
 * material alone for {@link EncodingOption#NO_ENCODING}, the whole structure in TTLV otherwise.
 * Stateless.
 */
public final class KeyValueEncoding {
  private KeyValueEncoding() {}

  /** What is to be encrypted; owned by the caller. */
  public static SecretBytes toWrap(
      KeyValue.Plain value, KeyFormatType format, EncodingOption option, ProtocolVersion version) {
    if (option.equals(EncodingOption.NO_ENCODING)) {
      if (value.material() instanceof KeyMaterial.Encoded encoded && value.attributes().isEmpty()) {
        return encoded.bytes().copy();
      }
      throw new InvalidKmip(
          InvalidKmip.Reason.INVALID_FIELD,
          Tag.ENCODING_OPTION,
          "only key material that is bytes, without attributes, can be wrapped without encoding");
    }
    try (TtlvWriter writer = Encoding.BINARY.writer(KmipNames.INSTANCE)) {
      Encoder out = new Encoder(writer, version, Encoder.Foreign.OMIT);
      KeyValue.of(format).write(out, Tag.KEY_VALUE, value);
      return SecretBytes.takeOver(writer.toByteArray());
    }
  }

  /**
   * The key value that decrypted bytes are; owned by the caller, who keeps owning the bytes too.
   *
   * @throws io.keymoor.ttlv.MalformedTtlv where they are none, which a wrong wrapping key explains
   * @throws InvalidKmip likewise
   */
  public static KeyValue.Plain unwrapped(
      SecretBytes decrypted,
      KeyFormatType format,
      EncodingOption option,
      ProtocolVersion version,
      Limits limits) {
    if (option.equals(EncodingOption.NO_ENCODING)) {
      return new KeyValue.Plain(new KeyMaterial.Encoded(decrypted.copy()));
    }
    return ClearBytes.read(
        decrypted,
        frame -> {
          Decoder in =
              new Decoder(
                  Encoding.BINARY.reader(frame, KmipNames.INSTANCE, limits),
                  Decoder.Unknown.REFUSE);
          in.speak(version);
          in.require(Tag.KEY_VALUE);
          return switch (KeyValue.of(format).read(in)) {
            case KeyValue.Plain plain -> plain;
            case KeyValue.Wrapped _ ->
                throw new InvalidKmip(
                    InvalidKmip.Reason.INVALID_FIELD,
                    Tag.KEY_VALUE,
                    "a key wrapped twice can't be unwrapped");
          };
        });
  }
}
