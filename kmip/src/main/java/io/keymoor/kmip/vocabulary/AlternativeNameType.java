package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Alternative Name Type (KMIP 2.1 section 11.2); unknown values survive. */
public final class AlternativeNameType extends OpenEnum {
  public static final EnumKind<AlternativeNameType> KIND =
      new EnumKind<>(Tag.ALTERNATIVE_NAME_TYPE, AlternativeNameType::new);

  public static final AlternativeNameType UNINTERPRETED_TEXT_STRING =
      KIND.known(0x01, "UninterpretedTextString");
  public static final AlternativeNameType URI = KIND.known(0x02, "URI");
  public static final AlternativeNameType OBJECT_SERIAL_NUMBER =
      KIND.known(0x03, "ObjectSerialNumber");
  public static final AlternativeNameType EMAIL_ADDRESS = KIND.known(0x04, "EmailAddress");
  public static final AlternativeNameType DNS_NAME = KIND.known(0x05, "DNSName");
  public static final AlternativeNameType X_500_DISTINGUISHED_NAME =
      KIND.known(0x06, "X_500DistinguishedName");
  public static final AlternativeNameType IP_ADDRESS = KIND.known(0x07, "IPAddress");

  private AlternativeNameType(int value, String name) {
    super(value, name);
  }
}
