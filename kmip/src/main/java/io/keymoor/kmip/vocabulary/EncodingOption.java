package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Encoding Option (KMIP 2.1 section 11.18); unknown values survive. */
public final class EncodingOption extends OpenEnum {
  public static final EnumKind<EncodingOption> KIND =
      new EnumKind<>(Tag.ENCODING_OPTION, EncodingOption::new);

  public static final EncodingOption NO_ENCODING = KIND.known(0x01, "NoEncoding");
  public static final EncodingOption TTLV_ENCODING = KIND.known(0x02, "TTLVEncoding");

  private EncodingOption(int value, String name) {
    super(value, name);
  }
}
