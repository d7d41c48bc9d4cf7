package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Destroy Action (KMIP 2.1 section 11.15); unknown values survive. */
public final class DestroyAction extends OpenEnum {
  public static final EnumKind<DestroyAction> KIND =
      new EnumKind<>(Tag.DESTROY_ACTION, DestroyAction::new);

  public static final DestroyAction UNSPECIFIED = KIND.known(0x01, "Unspecified");
  public static final DestroyAction KEY_MATERIAL_DELETED = KIND.known(0x02, "KeyMaterialDeleted");
  public static final DestroyAction KEY_MATERIAL_SHREDDED = KIND.known(0x03, "KeyMaterialShredded");
  public static final DestroyAction META_DATA_DELETED = KIND.known(0x04, "MetaDataDeleted");
  public static final DestroyAction META_DATA_SHREDDED = KIND.known(0x05, "MetaDataShredded");
  public static final DestroyAction DELETED = KIND.known(0x06, "Deleted");
  public static final DestroyAction SHREDDED = KIND.known(0x07, "Shredded");

  private DestroyAction(int value, String name) {
    super(value, name);
  }
}
