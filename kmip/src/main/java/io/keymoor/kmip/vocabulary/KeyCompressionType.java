package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Key Compression Type (KMIP 2.1 section 11.24); unknown values survive. */
public final class KeyCompressionType extends OpenEnum {
  public static final EnumKind<KeyCompressionType> KIND =
      new EnumKind<>(Tag.KEY_COMPRESSION_TYPE, KeyCompressionType::new);

  public static final KeyCompressionType EC_PUBLIC_KEY_TYPE_UNCOMPRESSED =
      KIND.known(0x01, "ECPublicKeyTypeUncompressed");
  public static final KeyCompressionType EC_PUBLIC_KEY_TYPE_X9_62_COMPRESSED_PRIME =
      KIND.known(0x02, "ECPublicKeyTypeX9_62CompressedPrime");
  public static final KeyCompressionType EC_PUBLIC_KEY_TYPE_X9_62_COMPRESSED_CHAR2 =
      KIND.known(0x03, "ECPublicKeyTypeX9_62CompressedChar2");
  public static final KeyCompressionType EC_PUBLIC_KEY_TYPE_X9_62_HYBRID =
      KIND.known(0x04, "ECPublicKeyTypeX9_62Hybrid");

  private KeyCompressionType(int value, String name) {
    super(value, name);
  }
}
