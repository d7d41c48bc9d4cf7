package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.AuditEvent;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.port.AuditStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The audit trail. */
record AuditTable(Handle handle) implements AuditStore {
  @Override
  public void append(AuditEvent event) {
    handle
        .createUpdate(
            """
            INSERT INTO audit_event (at, actor, address, action, object_type, object_id,
              object_name, provider, key_id, result, detail)
            VALUES (:at, :actor, :address, :action, :object_type, :object_id, :object_name,
              :provider, :key_id, :result, :detail)\
            """)
        .bind("at", Columns.utc(event.at()))
        .bind("actor", event.actor())
        .bind("address", event.from())
        .bind("action", event.action())
        .bind("object_type", event.object().map(ObjectRef::type))
        .bind("object_id", event.object().map(ObjectRef::id))
        .bind("object_name", event.object().map(ObjectRef::name))
        .bind("provider", event.provider())
        .bind("key_id", event.keyId())
        .bind("result", event.result())
        .bind("detail", event.detail())
        .execute();
  }

  @Override
  public void append(List<AuditEvent> events) {
    handle
        .createUpdate(
            """
            INSERT INTO audit_event (at, actor, address, action, object_type, object_id,
              object_name, provider, key_id, result, detail)
            SELECT at, actor, address, action, NULLIF(object_type, ''), NULLIF(object_id, ''),
              NULLIF(object_name, ''), NULLIF(provider, ''), NULLIF(key_id, ''), result, detail
            FROM unnest(:at, :actor, :address, :action, :object_type, :object_id, :object_name,
              :provider, :key_id, :result, :detail) WITH ORDINALITY
              AS new (at, actor, address, action, object_type, object_id, object_name, provider,
                key_id, result, detail, n)
            ORDER BY n\
            """)
        .bindArray("at", OffsetDateTime.class, all(events, event -> Columns.utc(event.at())))
        .bind("actor", Texts.of(all(events, AuditEvent::actor)))
        .bind("address", Texts.of(all(events, AuditEvent::from)))
        .bind("action", Texts.of(all(events, AuditEvent::action)))
        .bind("object_type", Texts.of(all(events, e -> object(e, ObjectRef::type))))
        .bind("object_id", Texts.of(all(events, e -> object(e, ObjectRef::id))))
        .bind("object_name", Texts.of(all(events, e -> object(e, ObjectRef::name))))
        .bind("provider", Texts.of(all(events, event -> event.provider().orElse(""))))
        .bind("key_id", Texts.of(all(events, event -> event.keyId().orElse(""))))
        .bind("result", Texts.of(all(events, AuditEvent::result)))
        .bind("detail", Texts.of(all(events, AuditEvent::detail)))
        .execute();
  }

  private static <T> List<T> all(List<AuditEvent> events, Function<AuditEvent, T> what) {
    return events.stream().map(what).toList();
  }

  private static String object(AuditEvent event, Function<ObjectRef, String> what) {
    return event.object().map(what).orElse("");
  }

  @Override
  public List<AuditEvent> after(long id, int limit) {
    return handle
        .createQuery("SELECT * FROM audit_event WHERE id > :id ORDER BY id LIMIT :limit")
        .bind("id", id)
        .bind("limit", limit)
        .map((row, context) -> event(row))
        .list();
  }

  @Override
  public List<AuditEvent> newest(int limit) {
    return handle
        .createQuery("SELECT * FROM audit_event ORDER BY id DESC LIMIT :limit")
        .bind("limit", limit)
        .map((row, context) -> event(row))
        .list()
        .reversed();
  }

  @Override
  public List<AuditEvent> of(String objectType, String objectId, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM audit_event WHERE object_type = :type AND object_id = :id
            ORDER BY id DESC LIMIT :limit\
            """)
        .bind("type", objectType)
        .bind("id", objectId)
        .bind("limit", limit)
        .map((row, context) -> event(row))
        .list();
  }

  private static AuditEvent event(ResultSet row) throws SQLException {
    Optional<String> type = Columns.optionalText(row, "object_type");
    Optional<ObjectRef> object =
        type.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new ObjectRef(
                    type.get(), row.getString("object_id"), row.getString("object_name")));
    return new AuditEvent(
        row.getLong("id"),
        Columns.instant(row, "at"),
        row.getString("actor"),
        row.getString("address"),
        row.getString("action"),
        object,
        Columns.optionalText(row, "provider"),
        Columns.optionalText(row, "key_id"),
        row.getString("result"),
        row.getString("detail"));
  }
}
