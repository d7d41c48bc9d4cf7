package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Key Role Type (KMIP 2.1 section 11.26); unknown values survive. */
public final class KeyRoleType extends OpenEnum {
  public static final EnumKind<KeyRoleType> KIND =
      new EnumKind<>(Tag.KEY_ROLE_TYPE, KeyRoleType::new);

  public static final KeyRoleType BDK = KIND.known(0x01, "BDK");
  public static final KeyRoleType CVK = KIND.known(0x02, "CVK");
  public static final KeyRoleType DEK = KIND.known(0x03, "DEK");
  public static final KeyRoleType MKAC = KIND.known(0x04, "MKAC");
  public static final KeyRoleType MKSMC = KIND.known(0x05, "MKSMC");
  public static final KeyRoleType MKSMI = KIND.known(0x06, "MKSMI");
  public static final KeyRoleType MKDAC = KIND.known(0x07, "MKDAC");
  public static final KeyRoleType MKDN = KIND.known(0x08, "MKDN");
  public static final KeyRoleType MKCP = KIND.known(0x09, "MKCP");
  public static final KeyRoleType MKOTH = KIND.known(0x0a, "MKOTH");
  public static final KeyRoleType KEK = KIND.known(0x0b, "KEK");
  public static final KeyRoleType MAC16609 = KIND.known(0x0c, "MAC16609");
  public static final KeyRoleType MAC97971 = KIND.known(0x0d, "MAC97971");
  public static final KeyRoleType MAC97972 = KIND.known(0x0e, "MAC97972");
  public static final KeyRoleType MAC97973 = KIND.known(0x0f, "MAC97973");
  public static final KeyRoleType MAC97974 = KIND.known(0x10, "MAC97974");
  public static final KeyRoleType MAC97975 = KIND.known(0x11, "MAC97975");
  public static final KeyRoleType ZPK = KIND.known(0x12, "ZPK");
  public static final KeyRoleType PVKIBM = KIND.known(0x13, "PVKIBM");
  public static final KeyRoleType PVKPVV = KIND.known(0x14, "PVKPVV");
  public static final KeyRoleType PVKOTH = KIND.known(0x15, "PVKOTH");
  public static final KeyRoleType DUKPT = KIND.known(0x16, "DUKPT");
  public static final KeyRoleType IV = KIND.known(0x17, "IV");
  public static final KeyRoleType TRKBK = KIND.known(0x18, "TRKBK");

  private KeyRoleType(int value, String name) {
    super(value, name);
  }
}
