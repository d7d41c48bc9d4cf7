package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Item Type (KMIP 2.1 section 11.23); unknown values survive. */
public final class ItemType extends OpenEnum {
  public static final EnumKind<ItemType> KIND = new EnumKind<>(Tag.EXTENSION_TYPE, ItemType::new);

  public static final ItemType STRUCTURE = KIND.known(0x01, "Structure");
  public static final ItemType INTEGER = KIND.known(0x02, "Integer");
  public static final ItemType LONG_INTEGER = KIND.known(0x03, "LongInteger");
  public static final ItemType BIG_INTEGER = KIND.known(0x04, "BigInteger");
  public static final ItemType ENUMERATION = KIND.known(0x05, "Enumeration");
  public static final ItemType BOOLEAN = KIND.known(0x06, "Boolean");
  public static final ItemType TEXT_STRING = KIND.known(0x07, "TextString");
  public static final ItemType BYTE_STRING = KIND.known(0x08, "ByteString");
  public static final ItemType DATE_TIME = KIND.known(0x09, "DateTime");
  public static final ItemType INTERVAL = KIND.known(0x0a, "Interval");
  public static final ItemType DATE_TIME_EXTENDED = KIND.known(0x0b, "DateTimeExtended");

  private ItemType(int value, String name) {
    super(value, name);
  }
}
