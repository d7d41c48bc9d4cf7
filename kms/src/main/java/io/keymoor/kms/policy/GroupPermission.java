package io.keymoor.kms.policy;

import java.util.Locale;
import java.util.Optional;

/** What members of a group may do with one another's objects. Each includes the ones before it. */
public enum GroupPermission {
  /** Nothing: the group only sorts clients. */
  NONE,
  /** Find them and read their attributes. */
  READ,
  /** Get their key material and use it. */
  USE,
  /** Change, revoke and destroy them. */
  MANAGE;

  /** The permission's name as people write it. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The permission of that name. */
  public static Optional<GroupPermission> of(String text) {
    for (GroupPermission permission : values()) {
      if (permission.text().equals(text)) {
        return Optional.of(permission);
      }
    }
    return Optional.empty();
  }
}
