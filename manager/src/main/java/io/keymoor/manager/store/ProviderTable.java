package io.keymoor.manager.store;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.port.ProviderStore;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Providers and defaults. */
record ProviderTable(Handle handle) implements ProviderStore {
  @Override
  public ProviderCatalog lockedCatalog() {
    handle
        .createQuery("SELECT only_row FROM provider_catalog FOR UPDATE")
        .mapTo(Boolean.class)
        .one();
    return catalog();
  }

  /** One statement: it is read for every portion of a bulk task, and by every host's poll. */
  @Override
  public ProviderCatalog catalog() {
    List<ProviderEntry> entries = new ArrayList<>();
    List<UUID> managerDefault = new ArrayList<>();
    Map<UUID, UUID> clusterDefaults = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT provider.*, standard_provider.mode, standard_provider.rotation_seconds,
              provider.id = (SELECT manager_default FROM provider_catalog) AS is_default,
              ARRAY(SELECT id FROM cluster WHERE default_provider = provider.id) AS default_in
            FROM provider
            LEFT JOIN standard_provider ON standard_provider.provider = provider.id
            ORDER BY position\
            """)
        .map((row, context) -> {
          ProviderEntry entry = entry(row);
          if (row.getBoolean("is_default")) {
            managerDefault.add(entry.id());
          }
          Columns.uuids(row, "default_in")
              .forEach(cluster -> clusterDefaults.put(cluster, entry.id()));
          return entries.add(entry);
        })
        .list();
    return new ProviderCatalog(entries, managerDefault.stream().findFirst(), clusterDefaults);
  }

  @Override
  public void insert(ProviderEntry entry) {
    insert(entry, Optional.empty());
  }

  @Override
  public void insert(ProviderEntry entry, byte[] sealedKdk) {
    insert(entry, Optional.of(sealedKdk));
  }

  private void insert(ProviderEntry entry, Optional<byte[]> sealedKdk) {
    bound(
            handle
                .createUpdate(
                    """
                    INSERT INTO provider (id, name, former_names, type, tpm_required, key_check,
                      backed_up, created, sealed_kdk)
                    VALUES (:id, :name, :former_names, :type, :tpm_required, :key_check,
                      :backed_up, :created, :sealed_kdk)\
                    """)
                .bind("sealed_kdk", sealedKdk),
            entry)
        .execute();
  }

  @Override
  public void update(ProviderEntry entry) {
    bound(
            handle.createUpdate(
                """
                UPDATE provider SET name = :name, former_names = :former_names, type = :type,
                  tpm_required = :tpm_required, key_check = :key_check, backed_up = :backed_up,
                  created = :created
                WHERE id = :id\
                """),
            entry)
        .execute();
  }

  private static Update bound(Update update, ProviderEntry entry) {
    return update
        .bind("id", entry.id())
        .bind("name", entry.name().text())
        .bindArray(
            "former_names",
            String.class,
            entry.formerNames().stream().map(ProviderName::text).toList())
        .bind("type", entry.type().text())
        .bind("tpm_required", entry.tpmRequired())
        .bind("key_check", entry.keyCheck().map(KeyCheckValue::hex))
        .bind("backed_up", backedUp(entry).map(Columns::utc))
        .bind("created", Columns.utc(entry.created()));
  }

  private static Optional<Instant> backedUp(ProviderEntry entry) {
    return switch (entry.kind()) {
      case ProviderEntry.Native it -> it.backedUp();
      case ProviderEntry.Standard _ -> Optional.empty();
    };
  }

  @Override
  public void delete(UUID provider) {
    for (String sql :
        List.of(
            "DELETE FROM provider_on_host WHERE provider = :id",
            "DELETE FROM provider WHERE id = :id")) {
      handle.createUpdate(sql).bind("id", provider).execute();
    }
  }

  @Override
  public void saveDefaults(ProviderCatalog catalog) {
    handle
        .createUpdate("UPDATE provider_catalog SET manager_default = :id")
        .bind("id", catalog.managerDefault())
        .execute();
    handle.createUpdate("UPDATE cluster SET default_provider = NULL").execute();
    catalog
        .clusterDefaults()
        .forEach((cluster, provider) ->
            handle
                .createUpdate("UPDATE cluster SET default_provider = :provider WHERE id = :cluster")
                .bind("provider", provider)
                .bind("cluster", cluster)
                .execute());
  }

  @Override
  public byte[] sealedKdk(UUID provider) {
    return handle
        .createQuery("SELECT sealed_kdk FROM provider WHERE id = :id")
        .bind("id", provider)
        .map((row, context) -> row.getBytes("sealed_kdk"))
        .one();
  }

  private static ProviderEntry entry(ResultSet row) throws SQLException {
    return new ProviderEntry(
        Columns.uuid(row, "id"),
        new ProviderName(row.getString("name")),
        Columns.texts(row, "former_names").stream().map(ProviderName::new).toList(),
        switch (ProviderType.of(row.getString("type"))) {
          case NATIVE ->
              new ProviderEntry.Native(
                  row.getBoolean("tpm_required"),
                  new KeyCheckValue(row.getString("key_check")),
                  Columns.optionalInstant(row, "backed_up"));
          case STANDARD -> new ProviderEntry.Standard(KmsTables.mode(row));
        },
        Columns.instant(row, "created"));
  }
}
