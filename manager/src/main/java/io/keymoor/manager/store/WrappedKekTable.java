package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.WrappedKek;
import io.keymoor.manager.domain.port.WrappedKekStore;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.standard.WrappedKeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Wrapped KEKs among the keys of KMSes, and the wrapping keys. */
record WrappedKekTable(Handle handle) implements WrappedKekStore {
  /** Before every random mark. */
  private static final UUID FIRST = new UUID(0, 0);

  @Override
  public List<WrappingKey> wrappingKeys(UUID provider) {
    return handle
        .createQuery("SELECT * FROM kms_wrapping_key WHERE provider = :id ORDER BY since DESC")
        .bind("id", provider)
        .map((row, context) ->
            new WrappingKey(new KeyId(row.getString("key_id")), Columns.instant(row, "since")))
        .list();
  }

  @Override
  public void use(UUID provider, WrappingKey key) {
    handle
        .createUpdate(
            """
            INSERT INTO kms_wrapping_key (provider, key_id, since)
            VALUES (:provider, :key_id, :since)\
            """)
        .bind("provider", provider)
        .bind("key_id", key.id().text())
        .bind("since", Columns.utc(key.since()))
        .execute();
  }

  @Override
  public void insert(List<WrappedKek> keks, Instant when) {
    PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO kms_key (mark, provider, kind, object, object_name, asked, made, key_id,
              wrapped_kek, wrapping_key)
            VALUES (:mark, :provider, :kind, :object, :name, :when, :when, :key_id, :wrapped,
              :wrapping_key)\
            """);
    for (WrappedKek kek : keks) {
      batch
          .bind("mark", kek.mark())
          .bind("provider", kek.provider())
          .bind("kind", kek.purpose().kind().name().toLowerCase(Locale.ROOT))
          .bind("object", kek.purpose().object())
          .bind("name", kek.purpose().name())
          .bind("when", Columns.utc(when))
          .bind("key_id", kek.id().text())
          .bind("wrapped", kek.now().wrapped())
          .bind("wrapping_key", kek.now().wrappingKey().text())
          .add();
    }
    batch.execute();
  }

  @Override
  public List<WrappedKek> find(UUID provider, Collection<KeyId> ids) {
    return handle
        .createQuery(
            """
            SELECT * FROM kms_key
            WHERE provider = :provider AND key_id = ANY (:ids) AND wrapping_key IS NOT NULL\
            """)
        .bind("provider", provider)
        .bindArray("ids", String.class, ids.stream().map(KeyId::text).toList())
        .map((row, context) -> kek(row))
        .list();
  }

  @Override
  public long countNotUnder(UUID provider, KeyId wrappingKey) {
    return handle
        .createQuery(
            "SELECT count(*) FROM kms_key WHERE provider = :provider AND wrapping_key <> :key")
        .bind("provider", provider)
        .bind("key", wrappingKey.text())
        .mapTo(Long.class)
        .one();
  }

  @Override
  public List<WrappedKek> notUnder(
      UUID provider, KeyId wrappingKey, Optional<UUID> after, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM kms_key
            WHERE provider = :provider AND wrapping_key <> :key AND mark > :after
            ORDER BY mark LIMIT :limit\
            """)
        .bind("provider", provider)
        .bind("key", wrappingKey.text())
        .bind("after", after.orElse(FIRST))
        .bind("limit", limit)
        .map((row, context) -> kek(row))
        .list();
  }

  @Override
  public void rewrapped(List<WrappedKek> keks) {
    PreparedBatch batch =
        handle.prepareBatch(
            """
            UPDATE kms_key SET wrapped_kek = :wrapped, wrapping_key = :wrapping_key
            WHERE mark = :mark\
            """);
    for (WrappedKek kek : keks) {
      batch
          .bind("mark", kek.mark())
          .bind("wrapped", kek.now().wrapped())
          .bind("wrapping_key", kek.now().wrappingKey().text())
          .add();
    }
    batch.execute();
  }

  private static WrappedKek kek(ResultSet row) throws SQLException {
    return new WrappedKek(
        Columns.uuid(row, "mark"),
        Columns.uuid(row, "provider"),
        new KeyPurpose(
            KeyPurpose.Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
            Columns.uuid(row, "object"),
            row.getString("object_name")),
        new KeyId(row.getString("key_id")),
        new WrappedKeyId(row.getBytes("wrapped_kek"), new KeyId(row.getString("wrapping_key"))));
  }
}
