package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.port.KmsKeyStore;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Keys that were asked of KMSes. */
record KmsKeyTable(Handle handle) implements KmsKeyStore {
  @Override
  public void asked(List<KmsKey> keys) {
    handle
        .createUpdate(
            """
            INSERT INTO kms_key (mark, provider, kind, object, object_name, asked)
            SELECT * FROM unnest(:marks, :providers, :kinds, :objects, :names, :asked)\
            """)
        .bind("marks", Uuids.of(all(keys, KmsKey::mark)))
        .bind("providers", Uuids.of(all(keys, KmsKey::provider)))
        .bindArray("kinds", String.class, all(keys, KmsKeyTable::kind))
        .bind("objects", Uuids.of(all(keys, key -> key.purpose().object())))
        .bindArray("names", String.class, all(keys, key -> key.purpose().name()))
        .bindArray("asked", OffsetDateTime.class, all(keys, key -> Columns.utc(key.asked())))
        .execute();
  }

  private static String kind(KmsKey key) {
    return key.purpose().kind().name().toLowerCase(Locale.ROOT);
  }

  private static <T> List<T> all(List<KmsKey> keys, Function<KmsKey, T> what) {
    return keys.stream().map(what).toList();
  }

  @Override
  public void made(Map<UUID, KeyId> byMark, Instant when) {
    List<Map.Entry<UUID, KeyId>> made = List.copyOf(byMark.entrySet());
    handle
        .createUpdate(
            """
            UPDATE kms_key SET key_id = now.id, made = :made
            FROM unnest(:marks, :ids) AS now (mark, id) WHERE kms_key.mark = now.mark\
            """)
        .bind("made", Columns.utc(when))
        .bind("marks", Uuids.of(made.stream().map(Map.Entry::getKey).toList()))
        .bindArray(
            "ids", String.class, made.stream().map(entry -> entry.getValue().text()).toList())
        .execute();
  }

  @Override
  public void forget(Collection<UUID> marks) {
    handle
        .createUpdate("DELETE FROM kms_key WHERE key_id IS NULL AND mark = ANY (:marks)")
        .bind("marks", Uuids.of(List.copyOf(marks)))
        .execute();
  }

  @Override
  public List<KmsKey> of(UUID provider) {
    return handle
        .createQuery(
            """
            SELECT * FROM kms_key
            WHERE provider = :id AND destroyed IS NULL AND wrapping_key IS NULL
            ORDER BY asked, mark\
            """)
        .bind("id", provider)
        .map((row, context) -> key(row))
        .list();
  }

  @Override
  public List<KmsKey> unanswered(UUID provider, Instant when) {
    return handle
        .createQuery(
            """
            SELECT * FROM kms_key
            WHERE key_id IS NULL AND provider = :id AND asked < :before ORDER BY asked, mark\
            """)
        .bind("id", provider)
        .bind("before", Columns.utc(when))
        .map((row, context) -> key(row))
        .list();
  }

  @Override
  public void destroyed(UUID provider, Collection<KeyId> ids, Instant when) {
    handle
        .createUpdate(
            """
            UPDATE kms_key SET destroyed = :when
            WHERE provider = :provider AND key_id = ANY (:ids) AND destroyed IS NULL\
            """)
        .bind("when", Columns.utc(when))
        .bind("provider", provider)
        .bindArray("ids", String.class, ids.stream().map(KeyId::text).toList())
        .execute();
  }

  private static KmsKey key(ResultSet row) throws SQLException {
    return new KmsKey(
        Columns.uuid(row, "mark"),
        Columns.uuid(row, "provider"),
        new KeyPurpose(
            KeyPurpose.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
            Columns.uuid(row, "object"),
            row.getString("object_name")),
        Columns.instant(row, "asked"),
        Columns.optionalText(row, "key_id").map(KeyId::new));
  }
}
