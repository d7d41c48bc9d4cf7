package io.keymoor.manager.domain.model;

import java.util.Set;

/**
 * Who asks, as its certificate says.
 *
 * @param name the certificate's common name, such as "admin:admin"
 * @param address where the request came from
 * @param privileges what it may do
 */
public record Caller(String name, String address, Set<Privilege> privileges) {
  public Caller {
    privileges = Set.copyOf(privileges);
  }

  /** The manager itself, which does what no administrator asked for. */
  public static Caller manager() {
    return new Caller("manager", "", Set.of());
  }

  /**
   * Refuses a caller who lacks a privilege.
   *
   * @throws Refusal.Forbidden when it does
   */
  public void require(Privilege privilege) {
    if (!privileges.contains(privilege)) {
      throw new Refusal.Forbidden(
          "not_authorized",
          name
              + " lacks the privilege "
              + privilege.text()
              + ". Nothing was changed. Ask an administrator for a role that has it.");
    }
  }
}
