package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Role;
import io.keymoor.manager.domain.port.AccessStore;
import java.util.EnumSet;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** Roles and grants. */
record AccessTables(Handle handle) implements AccessStore {
  @Override
  public Set<Privilege> privileges(String subject) {
    Set<Privilege> privileges = EnumSet.noneOf(Privilege.class);
    handle
        .createQuery(
            """
            SELECT DISTINCT unnest(role.privileges) AS privilege
            FROM role JOIN role_grant ON role_grant.role = role.name
            WHERE role_grant.subject = :subject\
            """)
        .bind("subject", subject)
        .mapTo(String.class)
        .forEach(name -> Privilege.of(name).ifPresent(privileges::add));
    return privileges;
  }

  @Override
  public void save(Role role) {
    handle
        .createUpdate(
            """
            INSERT INTO role (name, privileges) VALUES (:name, :privileges)
            ON CONFLICT (name) DO UPDATE SET privileges = :privileges\
            """)
        .bind("name", role.name())
        .bindArray(
            "privileges", String.class, role.privileges().stream().map(Privilege::text).toList())
        .execute();
  }

  @Override
  public void grant(String subject, String role) {
    handle
        .createUpdate(
            """
            INSERT INTO role_grant (subject, role) VALUES (:subject, :role)
            ON CONFLICT DO NOTHING\
            """)
        .bind("subject", subject)
        .bind("role", role)
        .execute();
  }

  @Override
  public boolean anybody() {
    return handle
        .createQuery("SELECT EXISTS (SELECT 1 FROM role_grant)")
        .mapTo(Boolean.class)
        .one();
  }
}
