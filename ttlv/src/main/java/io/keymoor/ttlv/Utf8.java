package io.keymoor.ttlv;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Strict UTF-8: a lenient decoder would let two different names become one. */
final class Utf8 {
  private Utf8() {}

  static String decode(byte[] buffer, int from, int length, int offset) {
    for (int i = from; i < from + length; i++) {
      if (buffer[i] < 0) {
        return decodeStrictly(buffer, from, length, offset);
      }
    }
    return new String(buffer, from, length, StandardCharsets.ISO_8859_1);
  }

  private static String decodeStrictly(byte[] buffer, int from, int length, int offset) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(buffer, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.BAD_ENCODING, offset, "a text that is not UTF-8");
    }
  }

  static byte[] encode(String text) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new MalformedTtlv(
          MalformedTtlv.Reason.UNREPRESENTABLE, 0, "a text with half a surrogate pair");
    }
  }
}
