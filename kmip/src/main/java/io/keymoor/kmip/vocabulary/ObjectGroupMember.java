package io.keymoor.kmip.vocabulary;

import io.keymoor.kmip.codec.EnumKind;
import io.keymoor.kmip.codec.OpenEnum;

/** Object Group Member (KMIP 2.1 section 11.33); unknown values survive. */
public final class ObjectGroupMember extends OpenEnum {
  public static final EnumKind<ObjectGroupMember> KIND =
      new EnumKind<>(Tag.OBJECT_GROUP_MEMBER, ObjectGroupMember::new);

  public static final ObjectGroupMember GROUP_MEMBER_FRESH = KIND.known(0x01, "GroupMemberFresh");
  public static final ObjectGroupMember GROUP_MEMBER_DEFAULT =
      KIND.known(0x02, "GroupMemberDefault");

  private ObjectGroupMember(int value, String name) {
    super(value, name);
  }
}
