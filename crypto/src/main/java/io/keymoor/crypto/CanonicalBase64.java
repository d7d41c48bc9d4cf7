package io.keymoor.crypto;

import java.util.Base64;

/**
 * Base64 in which bytes have exactly one spelling (RFC 4648, sections 3.2 and 3.5): padded where
 * the alphabet wants padding, and the bits that are left over in the last character are zero.
 * Java's decoders accept more than that. Formats of ours must not: where a text is compared,
 * counted or sealed, two texts for the same bytes let someone change a record without breaking its
 * seal.
 */
public final class CanonicalBase64 {
  private CanonicalBase64() {}

  /**
   * The bytes of a padded text in the standard alphabet.
   *
   * @throws IllegalArgumentException when it is not Base64, or not the text that {@link #encode}
   *     gives for these bytes
   */
  public static byte[] decode(String text) {
    return only(text, Base64.getDecoder(), Base64.getEncoder());
  }

  /**
   * The bytes of an unpadded text in the alphabet for URLs.
   *
   * @throws IllegalArgumentException when it is not Base64, or not the text that {@link #encodeUrl}
   *     gives for these bytes
   */
  public static byte[] decodeUrl(String text) {
    return only(text, Base64.getUrlDecoder(), Base64.getUrlEncoder().withoutPadding());
  }

  /** Padded, in the standard alphabet. */
  public static String encode(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Unpadded, in the alphabet for URLs and file names. */
  public static String encodeUrl(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] only(String text, Base64.Decoder decoder, Base64.Encoder encoder) {
    byte[] bytes = decoder.decode(text);
    if (!encoder.encodeToString(bytes).equals(text)) {
      throw new IllegalArgumentException("Base64 in another form than the canonical one");
    }
    return bytes;
  }
}
