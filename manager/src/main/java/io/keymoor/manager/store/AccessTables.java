package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Role;
import io.keymoor.manager.domain.port.AccessStore;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
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
  public List<Role> roles() {
    return handle
        .createQuery("SELECT name, privileges FROM role ORDER BY name")
        .map((row, context) ->
            new Role(
                row.getString("name"),
                Columns.texts(row, "privileges").stream()
                    .flatMap(name -> Privilege.of(name).stream())
                    .collect(Collectors.toSet())))
        .list();
  }

  @Override
  public Map<String, Set<String>> grants() {
    Map<String, Set<String>> grants = new TreeMap<>();
    handle
        .createQuery("SELECT subject, role FROM role_grant")
        .map((row, context) ->
            grants
                .computeIfAbsent(row.getString("subject"), none -> new TreeSet<>())
                .add(row.getString("role")))
        .list();
    return grants;
  }

  @Override
  public void revoke(String subject) {
    handle
        .createUpdate("DELETE FROM role_grant WHERE subject = :subject")
        .bind("subject", subject)
        .execute();
  }

  @Override
  public void lock() {
    handle.execute("LOCK TABLE role_grant IN SHARE ROW EXCLUSIVE MODE");
  }

  @Override
  public boolean anybody() {
    return handle
        .createQuery("SELECT EXISTS (SELECT 1 FROM role_grant)")
        .mapTo(Boolean.class)
        .one();
  }
}
