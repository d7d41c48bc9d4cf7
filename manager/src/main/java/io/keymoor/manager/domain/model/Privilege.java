package io.keymoor.manager.domain.model;

import java.util.Optional;

/** What a caller may be allowed to do; the names are vSphere's where it has one. */
public enum Privilege {
  VIEW("System.View"),
  ENCRYPT("Cryptographer.Encrypt"),
  DECRYPT("Cryptographer.Decrypt"),
  RECRYPT("Cryptographer.Recrypt"),
  /** Take over keys that came with an object: register an encrypted VM, accept an old record. */
  ACCESS("Cryptographer.Access"),
  MANAGE_KEY_SERVERS("Cryptographer.ManageKeyServers"),
  MANAGE_KEYS("Cryptographer.ManageKeys"),
  READ_KEY_SERVERS("Cryptographer.ReadKeyServersInfo"),
  REGISTER_VM("Cryptographer.RegisterVM"),
  REGISTER_HOST("Cryptographer.RegisterHost"),
  CREATE_CLUSTER("Host.Inventory.CreateCluster"),
  ADD_VM("VirtualMachine.Inventory.Register"),
  REMOVE_VM("VirtualMachine.Inventory.Unregister"),
  POWER("VirtualMachine.Interact.Power"),
  CANCEL_TASK("Task.Cancel"),
  READ_AUDIT("Audit.Read"),
  MANAGE_USERS("Authorization.ModifyPermissions");

  private final String text;

  Privilege(String text) {
    this.text = text;
  }

  /** The name people grant it by. */
  public String text() {
    return text;
  }

  /** The privilege of this name; absent when this version knows none. */
  public static Optional<Privilege> of(String text) {
    for (Privilege privilege : values()) {
      if (privilege.text.equals(text)) {
        return Optional.of(privilege);
      }
    }
    return Optional.empty();
  }
}
