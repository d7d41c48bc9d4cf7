package io.keymoor.kms.store;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/** What this KMS keeps about itself: its sealed store key and its sealed authority. Thread-safe. */
public final class KeyTable {
  private final Database database;

  public KeyTable(Database database) {
    this.database = database;
  }

  /**
   * The store key, sealed under one root key.
   *
   * @param rootKey the root key's name
   * @param parameters what that root key needs to be found or derived again
   * @param sealed the sealed store key
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record SealedStoreKey(String rootKey, String parameters, byte[] sealed) {}

  /**
   * The certificate authority.
   *
   * @param certificate PEM
   * @param sealedKey its private key, sealed under the store key
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record SealedAuthority(String certificate, byte[] sealedKey) {}

  /** The store key as sealed under the root key of that name. */
  public Optional<SealedStoreKey> storeKey(String rootKey) {
    return database
        .jdbi()
        .withHandle(handle ->
            handle
                .createQuery(
                    "select root_key, parameters, sealed from store_key where root_key = ?")
                .bind(0, rootKey)
                .map((row, _) ->
                    new SealedStoreKey(row.getString(1), row.getString(2), row.getBytes(3)))
                .findOne());
  }

  /** Whether the database has a store key, under whatever root key. */
  public boolean hasStoreKey() {
    return database
        .jdbi()
        .withHandle(handle ->
            handle
                .createQuery("select exists (select 1 from store_key)")
                .mapTo(Boolean.class)
                .one());
  }

  /**
   * Keeps the first store key, under each of its root keys, and the authority of a new database:
   * all or nothing.
   *
   * @throws KmsStoreException.Conflict when another node was faster; nothing was changed
   */
  public void found(List<SealedStoreKey> storeKeys, SealedAuthority authority) {
    try {
      database
          .jdbi()
          .useTransaction(handle -> {
            handle
                .createUpdate("insert into authority (certificate, sealed_key) values (?, ?)")
                .bind(0, authority.certificate())
                .bind(1, authority.sealedKey())
                .execute();
            storeKeys.forEach(storeKey -> insert(handle, storeKey));
          });
    } catch (JdbiException failure) {
      throw Database.isConstraint(failure)
          ? new KmsStoreException.Conflict("authority")
          : new KmsStoreException.Unavailable("The database did not take the keys.", failure);
    }
  }

  /** Keeps the store key under one root key more; one of that name is replaced. */
  public void put(SealedStoreKey storeKey) {
    try {
      database.jdbi().useHandle(handle -> insert(handle, storeKey));
    } catch (JdbiException failure) {
      throw new KmsStoreException.Unavailable("The database did not take the keys.", failure);
    }
  }

  private static void insert(Handle handle, SealedStoreKey storeKey) {
    handle
        .createUpdate(
            """
            insert into store_key (root_key, parameters, sealed) values (?, ?, ?)
            on conflict (root_key) do update
            set parameters = excluded.parameters, sealed = excluded.sealed
            """)
        .bind(0, storeKey.rootKey())
        .bind(1, storeKey.parameters())
        .bind(2, storeKey.sealed())
        .execute();
  }

  /** The authority that certifies clients' keys, if one was ever needed. */
  public Optional<SealedAuthority> certifyingAuthority() {
    return database
        .jdbi()
        .withHandle(handle ->
            handle
                .createQuery("select certificate, sealed_key from certifying_authority")
                .map((row, _) -> new SealedAuthority(row.getString(1), row.getBytes(2)))
                .findOne());
  }

  /** Keeps it, unless another node was faster; then nothing was changed. */
  public void foundCertifying(SealedAuthority authority) {
    database
        .jdbi()
        .useHandle(handle ->
            handle
                .createUpdate(
                    "insert into certifying_authority (certificate, sealed_key) values (?, ?)"
                        + " on conflict do nothing")
                .bind(0, authority.certificate())
                .bind(1, authority.sealedKey())
                .execute());
  }

  /** The authority of this KMS. */
  public Optional<SealedAuthority> authority() {
    return database
        .jdbi()
        .withHandle(handle ->
            handle
                .createQuery("select certificate, sealed_key from authority")
                .map((row, _) -> new SealedAuthority(row.getString(1), row.getBytes(2)))
                .findOne());
  }
}
