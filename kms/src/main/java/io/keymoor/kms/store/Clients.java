package io.keymoor.kms.store;

import io.keymoor.kms.policy.Client;
import io.keymoor.kms.policy.GroupPermission;
import io.keymoor.kms.policy.PasswordCheck;
import io.keymoor.kms.policy.Policy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.JdbiException;

/** The clients of this KMS and their certificates. Thread-safe; every method asks the database. */
public final class Clients implements Policy.Directory {
  private static final String CLIENT =
      "select c.name, c.group_name, c.administrator, c.password_salt, c.password_hash from client c";

  private final Database database;

  public Clients(Database database) {
    this.database = database;
  }

  /** A client and what it has to prove beside its certificate. */
  public record Entry(Client client, Optional<PasswordCheck> password) {}

  /** A certificate that a client may show, by the SHA-256 fingerprint of the whole certificate. */
  public record Certificate(String fingerprint, Instant notAfter) {}

  /** The client that may show the certificate with this fingerprint. */
  public Optional<Entry> byCertificate(String fingerprint) {
    return answering(handle ->
        handle
            .createQuery(
                CLIENT + " join client_certificate k on k.client = c.name where k.fingerprint = ?")
            .bind(0, fingerprint)
            .map((row, _) -> entry(row))
            .findOne());
  }

  /** The client of that name. */
  public Optional<Entry> byName(String name) {
    return answering(handle ->
        handle
            .createQuery(CLIENT + " where c.name = ?")
            .bind(0, name)
            .map((row, _) -> entry(row))
            .findOne());
  }

  /** All clients by name. */
  public List<Entry> all() {
    return answering(handle ->
        handle.createQuery(CLIENT + " order by c.name").map((row, _) -> entry(row)).list());
  }

  /** The certificates of one client. */
  public List<Certificate> certificates(String client) {
    return answering(handle ->
        handle
            .createQuery(
                "select fingerprint, not_after from client_certificate where client = ?"
                    + " order by not_after")
            .bind(0, client)
            .map((row, _) -> new Certificate(row.getString(1), row.getTimestamp(2).toInstant()))
            .list());
  }

  /**
   * Adds a client, or (same group and role) another certificate to one.
   *
   * @return false when the name is taken by a client of another group or role; nothing was changed
   */
  public boolean add(Entry entry, Certificate certificate, Instant now) {
    Client client = entry.client();
    return answering(handle ->
        handle.inTransaction(transaction -> {
          client
              .group()
              .ifPresent(group ->
                  transaction
                      .createUpdate(
                          "insert into client_group (name, permission)"
                              + " values (?, 'use') on conflict do nothing")
                      .bind(0, group)
                      .execute());
          transaction
              .createUpdate(
                  """
                  insert into client
                    (name, group_name, administrator, password_salt, password_hash, created)
                  values (?, ?, ?, ?, ?, ?) on conflict do nothing
                  """)
              .bind(0, client.name())
              .bind(1, client.group().orElse(null))
              .bind(2, client.administrator())
              .bind(3, entry.password().map(PasswordCheck::salt).orElse(null))
              .bind(4, entry.password().map(PasswordCheck::hash).orElse(null))
              .bind(5, now)
              .execute();
          Optional<Client> kept =
              transaction
                  .createQuery(CLIENT + " where c.name = ?")
                  .bind(0, client.name())
                  .map((row, _) -> entry(row).client())
                  .findOne();
          if (!kept.equals(Optional.of(client))) {
            transaction.rollback();
            return false;
          }
          transaction
              .createUpdate(
                  "insert into client_certificate (fingerprint, client, not_after)"
                      + " values (?, ?, ?)"
                      + " on conflict (fingerprint) do update set client = excluded.client")
              .bind(0, certificate.fingerprint())
              .bind(1, client.name())
              .bind(2, certificate.notAfter())
              .execute();
          return true;
        }));
  }

  /** Lets a client in no more; its objects stay. Answers false when there is none of that name. */
  public boolean remove(String name) {
    return answering(handle ->
        handle.createUpdate("delete from client where name = ?").bind(0, name).execute() == 1);
  }

  /** Says what members of a group may do with one another's objects. */
  public void permit(String group, GroupPermission permission) {
    answering(handle ->
        handle
            .createUpdate(
                "insert into client_group (name, permission) values (?, ?)"
                    + " on conflict (name) do update set permission = excluded.permission")
            .bind(0, group)
            .bind(1, permission.text())
            .execute());
  }

  @Override
  public GroupPermission shared(Client client, String owner) {
    if (client.group().isEmpty()) {
      return GroupPermission.NONE;
    }
    return answering(handle ->
        handle
            .createQuery(
                "select g.permission from client o join client_group g on g.name = o.group_name"
                    + " where o.name = ? and o.group_name = ?")
            .bind(0, owner)
            .bind(1, client.group().get())
            .mapTo(String.class)
            .findOne()
            .flatMap(GroupPermission::of)
            .orElse(GroupPermission.NONE));
  }

  /** Whose objects a client sees: its own and, where its group shares, those of the members. */
  public Set<String> visibleOwners(Client client) {
    Set<String> owners = new TreeSet<>(Set.of(client.name()));
    if (client.group().isPresent()) {
      owners.addAll(
          answering(handle ->
              handle
                  .createQuery(
                      "select c.name from client c join client_group g on g.name = c.group_name"
                          + " where g.name = ? and g.permission <> 'none'")
                  .bind(0, client.group().get())
                  .mapTo(String.class)
                  .list()));
    }
    return owners;
  }

  private static Entry entry(ResultSet row) throws SQLException {
    byte[] salt = row.getBytes("password_salt");
    byte[] hash = row.getBytes("password_hash");
    return new Entry(
        new Client(
            row.getString("name"),
            Optional.ofNullable(row.getString("group_name")),
            row.getBoolean("administrator")),
        salt == null || hash == null
            ? Optional.empty()
            : Optional.of(new PasswordCheck(salt, hash)));
  }

  private <T> T answering(HandleCallback<T, RuntimeException> question) {
    try {
      return database.jdbi().withHandle(question);
    } catch (JdbiException silent) {
      throw new KmsStoreException.Unavailable("The database did not answer.", silent);
    }
  }
}
