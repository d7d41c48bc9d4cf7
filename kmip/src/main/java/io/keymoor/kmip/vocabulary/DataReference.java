package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Data named by the operation that made them (KMIP 2.1 section 11.13); unknown values survive. */
public final class DataReference extends OpenEnum {
  public static final EnumKind<DataReference> KIND = new EnumKind<>(Tag.DATA, DataReference::new);

  public static final DataReference DECRYPT = KIND.known(0x01, "Decrypt");
  public static final DataReference ENCRYPT = KIND.known(0x02, "Encrypt");
  public static final DataReference HASH = KIND.known(0x03, "Hash");
  public static final DataReference MAC_MAC_DATA = KIND.known(0x04, "MACMACData");
  public static final DataReference RNG_RETRIEVE = KIND.known(0x05, "RNGRetrieve");
  public static final DataReference SIGN_SIGNATURE_DATA = KIND.known(0x06, "SignSignatureData");
  public static final DataReference SIGNATURE_VERIFY = KIND.known(0x07, "SignatureVerify");

  private DataReference(int value, String name) {
    super(value, name);
  }
}
