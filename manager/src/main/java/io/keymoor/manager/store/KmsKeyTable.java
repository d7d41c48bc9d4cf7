package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.KmsKey;
import io.keymoor.manager.domain.port.KmsKeyStore;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Keys that were asked of KMSes. */
record KmsKeyTable(Handle handle) implements KmsKeyStore {
  @Override
  public void asked(List<KmsKey> keys) {
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO kms_key (mark, provider, kind, object, object_name, asked)
            VALUES (:mark, :provider, :kind, :object, :name, :asked)\
            """);
    for (KmsKey key : keys) {
      batch
          .bind("mark", key.mark())
          .bind("provider", key.provider())
          .bind("kind", key.purpose().kind().name().toLowerCase(Locale.ROOT))
          .bind("object", key.purpose().object())
          .bind("name", key.purpose().name())
          .bind("asked", Columns.utc(key.asked()))
          .add();
    }
    batch.execute();
  }

  @Override
  public void made(Map<UUID, KeyId> byMark, Instant when) {
    PreparedBatch batch =
        handle.prepareBatch("UPDATE kms_key SET key_id = :id, made = :made WHERE mark = :mark");
    byMark.forEach((mark, id) ->
        batch.bind("id", id.text()).bind("made", Columns.utc(when)).bind("mark", mark).add());
    batch.execute();
  }

  @Override
  public void forget(Collection<UUID> marks) {
    handle
        .createUpdate("DELETE FROM kms_key WHERE key_id IS NULL AND mark = ANY (:marks)")
        .bindArray("marks", UUID.class, List.copyOf(marks))
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
