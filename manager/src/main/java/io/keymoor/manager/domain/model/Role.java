package io.keymoor.manager.domain.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * A named set of privileges.
 *
 * @param name its name
 * @param privileges what it allows
 */
public record Role(String name, Set<Privilege> privileges) {
  /** May do everything. */
  public static final Role ADMINISTRATOR =
      new Role("administrator", EnumSet.allOf(Privilege.class));

  /** Runs the estate and never touches a key: vSphere's "No cryptography administrator". */
  public static final Role NO_CRYPTOGRAPHY =
      new Role(
          "no-cryptography-administrator",
          EnumSet.of(
              Privilege.VIEW,
              Privilege.READ_KEY_SERVERS,
              Privilege.CREATE_CLUSTER,
              Privilege.ADD_VM,
              Privilege.REMOVE_VM,
              Privilege.POWER,
              Privilege.CANCEL_TASK));

  public Role {
    privileges = Set.copyOf(privileges);
  }
}
