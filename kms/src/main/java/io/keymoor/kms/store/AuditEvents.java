package io.keymoor.kms.store;

import io.keymoor.kms.audit.AuditEvent;
import java.util.List;

/** Reads the audit. Thread-safe. */
public final class AuditEvents {
  private final Database database;

  public AuditEvents(Database database) {
    this.database = database;
  }

  /** The latest events, newest first, of one object or (empty text) of all. */
  public List<AuditEvent> latest(String objectId, int most) {
    return database
        .jdbi()
        .withHandle(handle ->
            handle
                .createQuery(
                    "select * from audit where object_id = :id or :id = ''"
                        + " order by seq desc limit :most")
                .bind("id", objectId)
                .bind("most", most)
                .map((row, _) ->
                    new AuditEvent(
                        row.getTimestamp("at").toInstant(),
                        row.getString("node"),
                        row.getString("client"),
                        row.getString("peer"),
                        row.getString("operation"),
                        row.getString("object_id"),
                        row.getString("result")))
                .list());
  }
}
