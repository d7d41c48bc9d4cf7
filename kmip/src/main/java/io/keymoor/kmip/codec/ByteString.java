package io.keymoor.kmip.codec;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * Bytes that are no secret: identifiers, digests, certificates, cipher text, signatures. Immutable.
 * Key material is in {@link io.keymoor.secret.SecretBytes} instead.
 */
public final class ByteString {
  /** No bytes. */
  public static final ByteString EMPTY = new ByteString(new byte[0]);

  private final byte[] bytes;

  private ByteString(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A copy of these bytes. */
  public static ByteString copyOf(byte[] bytes) {
    return new ByteString(bytes.clone());
  }

  /** These bytes; the caller gives the array away. */
  public static ByteString owning(byte[] bytes) {
    return new ByteString(bytes);
  }

  /** Bytes given in hexadecimal. */
  public static ByteString ofHex(String hex) {
    return new ByteString(HexFormat.of().parseHex(hex));
  }

  public int length() {
    return bytes.length;
  }

  /** A copy. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  /**
   * Zeroes the bytes, for everybody who has them: what was encrypted or decrypted may have been a
   * key. The one exception to immutability.
   */
  public void erase() {
    Arrays.fill(bytes, (byte) 0);
  }

  byte[] shared() {
    return bytes;
  }

  public String toHex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteString that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The length only: what is no secret here may be one to its owner, such as cipher text's key. */
  @Override
  public String toString() {
    return "ByteString[" + bytes.length + " bytes]";
  }
}
