package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Wrapping Method (KMIP 2.1 section 11.62); unknown values survive. */
public final class WrappingMethod extends OpenEnum {
  public static final EnumKind<WrappingMethod> KIND =
      new EnumKind<>(Tag.WRAPPING_METHOD, WrappingMethod::new);

  public static final WrappingMethod ENCRYPT = KIND.known(0x01, "Encrypt");
  public static final WrappingMethod MAC_SIGN = KIND.known(0x02, "MACSign");
  public static final WrappingMethod ENCRYPT_THEN_MAC_SIGN = KIND.known(0x03, "EncryptThenMACSign");
  public static final WrappingMethod MAC_SIGN_THEN_ENCRYPT = KIND.known(0x04, "MACSignThenEncrypt");
  public static final WrappingMethod TR_31 = KIND.known(0x05, "TR_31");

  private WrappingMethod(int value, String name) {
    super(value, name);
  }
}
