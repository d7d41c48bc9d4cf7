package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.JoinTicket;
import io.keymoor.manager.domain.model.JoinTicket.Target;
import io.keymoor.manager.domain.port.JoinTickets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Join tokens. */
record JoinTicketTable(Handle handle) implements JoinTickets {
  @Override
  public void insert(JoinTicket ticket) {
    Optional<UUID> cluster = Optional.empty();
    Optional<UUID> host = Optional.empty();
    boolean reinstalled = false;
    switch (ticket.target()) {
      case Target.NewHost fresh -> cluster = Optional.of(fresh.cluster());
      case Target.KnownHost known -> {
        host = Optional.of(known.host());
        reinstalled = known.reinstalled();
      }
    }
    handle
        .createUpdate(
            """
            INSERT INTO join_token (id, hash, cluster, host, reinstalled, created_by, created,
              expires)
            VALUES (:id, :hash, :cluster, :host, :reinstalled, :by, :created, :expires)\
            """)
        .bind("id", ticket.id())
        .bind("hash", ticket.hash())
        .bind("cluster", cluster)
        .bind("host", host)
        .bind("reinstalled", reinstalled)
        .bind("by", ticket.createdBy())
        .bind("created", Columns.utc(ticket.created()))
        .bind("expires", Columns.utc(ticket.expires()))
        .execute();
  }

  @Override
  public List<JoinTicket> all() {
    return handle
        .createQuery("SELECT * FROM join_token ORDER BY created DESC, id")
        .map((row, context) -> ticket(row))
        .list();
  }

  @Override
  public Optional<JoinTicket> lock(String hash) {
    return handle
        .createQuery("SELECT * FROM join_token WHERE hash = :hash FOR UPDATE")
        .bind("hash", hash)
        .map((row, context) -> ticket(row))
        .findFirst();
  }

  @Override
  public void use(UUID ticket, JoinTicket.Use use) {
    handle
        .createUpdate(
            """
            UPDATE join_token SET used = :at, used_by = :host, used_by_name = :name,
              used_key = :keys WHERE id = :id\
            """)
        .bind("at", Columns.utc(use.at()))
        .bind("host", use.host())
        .bind("name", use.hostName())
        .bind("keys", use.keys())
        .bind("id", ticket)
        .execute();
  }

  @Override
  public boolean remove(UUID ticket) {
    return handle.createUpdate("DELETE FROM join_token WHERE id = :id").bind("id", ticket).execute()
        == 1;
  }

  @Override
  public void forget(Instant then) {
    handle
        .createUpdate("DELETE FROM join_token WHERE expires < :then")
        .bind("then", Columns.utc(then))
        .execute();
  }

  private static JoinTicket ticket(ResultSet row) throws SQLException {
    Optional<UUID> cluster = Columns.optionalUuid(row, "cluster");
    Target target =
        cluster.isPresent()
            ? new Target.NewHost(cluster.get())
            : new Target.KnownHost(Columns.uuid(row, "host"), row.getBoolean("reinstalled"));
    Optional<Instant> used = Columns.optionalInstant(row, "used");
    Optional<JoinTicket.Use> use =
        used.isPresent()
            ? Optional.of(
                new JoinTicket.Use(
                    used.get(),
                    Columns.uuid(row, "used_by"),
                    row.getString("used_by_name"),
                    row.getString("used_key")))
            : Optional.empty();
    return new JoinTicket(
        Columns.uuid(row, "id"),
        row.getString("hash"),
        target,
        row.getString("created_by"),
        Columns.instant(row, "created"),
        Columns.instant(row, "expires"),
        use);
  }
}
