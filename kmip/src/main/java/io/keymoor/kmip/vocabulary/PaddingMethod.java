package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Padding Method (KMIP 2.1 section 11.37); unknown values survive. */
public final class PaddingMethod extends OpenEnum {
  public static final EnumKind<PaddingMethod> KIND =
      new EnumKind<>(Tag.PADDING_METHOD, PaddingMethod::new);

  public static final PaddingMethod NONE = KIND.known(0x01, "None");
  public static final PaddingMethod OAEP = KIND.known(0x02, "OAEP");
  public static final PaddingMethod PKCS5 = KIND.known(0x03, "PKCS5");
  public static final PaddingMethod SSL3 = KIND.known(0x04, "SSL3");
  public static final PaddingMethod ZEROS = KIND.known(0x05, "Zeros");
  public static final PaddingMethod ANSI_X9_23 = KIND.known(0x06, "ANSIX9_23");
  public static final PaddingMethod ISO_10126 = KIND.known(0x07, "ISO10126");
  public static final PaddingMethod PKCS1_V1_5 = KIND.known(0x08, "PKCS1V1_5");
  public static final PaddingMethod X9_31 = KIND.known(0x09, "X9_31");
  public static final PaddingMethod PSS = KIND.known(0x0a, "PSS");

  private PaddingMethod(int value, String name) {
    super(value, name);
  }
}
