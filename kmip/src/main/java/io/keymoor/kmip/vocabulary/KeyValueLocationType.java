package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Key Value Location Type (KMIP 2.1 section 11.27); unknown values survive. */
public final class KeyValueLocationType extends OpenEnum {
  public static final EnumKind<KeyValueLocationType> KIND =
      new EnumKind<>(Tag.KEY_VALUE_LOCATION_TYPE, KeyValueLocationType::new);

  public static final KeyValueLocationType UNINTERPRETED_TEXT_STRING =
      KIND.known(0x01, "UninterpretedTextString");
  public static final KeyValueLocationType URI = KIND.known(0x02, "URI");

  private KeyValueLocationType(int value, String name) {
    super(value, name);
  }
}
