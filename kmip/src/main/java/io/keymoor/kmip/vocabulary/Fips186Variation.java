package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** FIPS186 Variation (KMIP 2.1 section 11.20); unknown values survive. */
public final class Fips186Variation extends OpenEnum {
  public static final EnumKind<Fips186Variation> KIND =
      new EnumKind<>(Tag.FIPS186_VARIATION, Fips186Variation::new);

  public static final Fips186Variation UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final Fips186Variation GP_X_ORIGINAL = KIND.known(0x02, "GPX_Original");
  public static final Fips186Variation GP_X_CHANGE_NOTICE = KIND.known(0x03, "GPX_ChangeNotice");
  public static final Fips186Variation X_ORIGINAL = KIND.known(0x04, "X_Original");
  public static final Fips186Variation X_CHANGE_NOTICE = KIND.known(0x05, "X_ChangeNotice");
  public static final Fips186Variation K_ORIGINAL = KIND.known(0x06, "K_Original");
  public static final Fips186Variation K_CHANGE_NOTICE = KIND.known(0x07, "K_ChangeNotice");

  private Fips186Variation(int value, String name) {
    super(value, name);
  }
}
