package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Roles and who has them. */
public interface AccessStore {
  /** What the holder of this certificate name may do; nothing when it has no role. */
  Set<Privilege> privileges(String subject);

  /** Stores a role, replacing its privileges. */
  void save(Role role);

  /** Gives a certificate name a role. */
  void grant(String subject, String role);

  /** All roles, by name. */
  List<Role> roles();

  /** Who has which roles, by name. */
  Map<String, Set<String>> grants();

  /** Takes all roles from a certificate name. */
  void revoke(String subject);

  /** Keeps other transactions from changing grants until this one ends. */
  void lock();

  /** Whether anybody has a role. */
  boolean anybody();
}
