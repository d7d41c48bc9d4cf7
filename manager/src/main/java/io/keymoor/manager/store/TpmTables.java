package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Bytes;
import io.keymoor.manager.domain.model.TpmAuthority;
import io.keymoor.manager.domain.model.TpmRecord;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.manager.domain.port.TpmStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** TPMs of hosts, and authorities of their makers. */
record TpmTables(Handle handle) implements TpmStore {
  /** First half of the advisory locks on endorsement keys; "TPM2" in ASCII. */
  private static final int ENDORSEMENT_KEYS = 0x54504D32;

  /** What {@link #standing} reads, where {@code host} is joined with {@code host_tpm}. */
  static final String STANDING =
      """
      CASE WHEN host_tpm.sealing_key = host.sealing_key THEN host_tpm.endorsement_key END
        AS tpm_key,
      CASE WHEN host_tpm.kept_for = host.sealing_key THEN host_tpm.kept END AS tpm_kept,
      host_tpm.trusted_by AS tpm_trusted_by, host_tpm.asked AS tpm_asked,
      host_tpm.trouble AS tpm_trouble\
      """;

  static TpmStanding standing(ResultSet row) throws SQLException {
    return new TpmStanding(
        Columns.optionalText(row, "tpm_key"),
        Columns.optionalText(row, "tpm_trusted_by"),
        row.getObject("tpm_kept") == null ? Set.of() : Set.copyOf(Columns.uuids(row, "tpm_kept")),
        row.getBoolean("tpm_asked"),
        Columns.optionalText(row, "tpm_trouble").orElse(""));
  }

  @Override
  public TpmRecord lock(UUID host) {
    handle
        .createUpdate("INSERT INTO host_tpm (host) VALUES (:host) ON CONFLICT DO NOTHING")
        .bind("host", host)
        .execute();
    return handle
        .createQuery("SELECT * FROM host_tpm WHERE host = :host FOR UPDATE")
        .bind("host", host)
        .map((row, context) -> read(row))
        .one();
  }

  @Override
  public void save(TpmRecord record) {
    Optional<TpmRecord.Shown> proved = record.proof().map(TpmRecord.Proof::shown);
    Optional<TpmRecord.Shown> pending = record.pending().map(TpmRecord.Pending::shown);
    handle
        .createUpdate(
            """
            UPDATE host_tpm SET endorsement_key = :key, certificate = :certificate,
              sealing_key = :sealing_key, proved = :proved, trusted_by = :trusted_by,
              approved = :approved, asked = :asked, trouble = :trouble,
              kept = CASE WHEN :keeps THEN kept ELSE '{}' END,
              pending_key = :pending_key, pending_certificate = :pending_certificate,
              pending_digest = :pending_digest, pending_expires = :pending_expires
            WHERE host = :host\
            """)
        .bind("host", record.host())
        .bind("key", proved.map(TpmRecord.Shown::fingerprint))
        .bindByType("certificate", certificate(proved), byte[].class)
        .bind("sealing_key", record.proof().map(TpmRecord.Proof::sealingKey))
        .bindByType(
            "proved",
            record.proof().map(proof -> Columns.utc(proof.at())).orElse(null),
            OffsetDateTime.class)
        .bind("trusted_by", record.trustedBy())
        .bind("approved", record.approved())
        .bind("asked", record.asked())
        .bind("trouble", record.trouble())
        .bind("keeps", record.keeps())
        .bind("pending_key", pending.map(TpmRecord.Shown::fingerprint))
        .bindByType("pending_certificate", certificate(pending), byte[].class)
        .bind("pending_digest", record.pending().map(TpmRecord.Pending::digest))
        .bindByType(
            "pending_expires",
            record.pending().map(it -> Columns.utc(it.expires())).orElse(null),
            OffsetDateTime.class)
        .execute();
  }

  private static byte @Nullable [] certificate(Optional<TpmRecord.Shown> shown) {
    return shown.flatMap(TpmRecord.Shown::certificate).map(Bytes::toArray).orElse(null);
  }

  @Override
  public List<TpmRecord> lockProved() {
    return handle
        .createQuery(
            """
            SELECT * FROM host_tpm WHERE endorsement_key IS NOT NULL ORDER BY host FOR UPDATE\
            """)
        .map((row, context) -> read(row))
        .list();
  }

  @Override
  public Optional<UUID> lockHolder(String fingerprint) {
    // Two hosts that show one TPM at once: the second sees the first, instead of a broken index.
    handle
        .createQuery("SELECT 1 FROM pg_advisory_xact_lock(:space, hashtext(:key))")
        .bind("space", ENDORSEMENT_KEYS)
        .bind("key", fingerprint)
        .mapTo(Integer.class)
        .one();
    return handle
        .createQuery("SELECT host FROM host_tpm WHERE endorsement_key = :key")
        .bind("key", fingerprint)
        .mapTo(UUID.class)
        .findFirst();
  }

  private static TpmRecord read(ResultSet row) throws SQLException {
    Optional<TpmRecord.Shown> proved = shown(row, "endorsement_key", "certificate");
    Optional<TpmRecord.Shown> pending = shown(row, "pending_key", "pending_certificate");
    return new TpmRecord(
        Columns.uuid(row, "host"),
        proved.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new TpmRecord.Proof(
                    proved.get(), row.getString("sealing_key"), Columns.instant(row, "proved"))),
        Columns.optionalText(row, "trusted_by"),
        Columns.optionalText(row, "approved"),
        row.getBoolean("asked"),
        row.getString("trouble"),
        !Columns.uuids(row, "kept").isEmpty(),
        pending.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new TpmRecord.Pending(
                    pending.get(),
                    row.getString("pending_digest"),
                    Columns.instant(row, "pending_expires"))));
  }

  private static Optional<TpmRecord.Shown> shown(ResultSet row, String key, String certificate)
      throws SQLException {
    Optional<Bytes> der = Optional.ofNullable(row.getBytes(certificate)).map(Bytes::new);
    return Columns.optionalText(row, key).map(known -> new TpmRecord.Shown(known, der));
  }

  @Override
  public List<TpmAuthority> authorities() {
    return handle
        .createQuery("SELECT * FROM tpm_authority ORDER BY lower(subject), fingerprint")
        .map((row, context) ->
            new TpmAuthority(
                row.getString("fingerprint"),
                row.getString("subject"),
                Columns.instant(row, "ends"),
                new Bytes(row.getBytes("certificate")),
                Columns.instant(row, "added")))
        .list();
  }

  @Override
  public boolean add(TpmAuthority authority) {
    return handle
            .createUpdate(
                """
                INSERT INTO tpm_authority (fingerprint, subject, ends, certificate, added)
                VALUES (:fingerprint, :subject, :ends, :certificate, :added)
                ON CONFLICT DO NOTHING\
                """)
            .bind("fingerprint", authority.fingerprint())
            .bind("subject", authority.subject())
            .bind("ends", Columns.utc(authority.ends()))
            .bind("certificate", authority.certificate().toArray())
            .bind("added", Columns.utc(authority.added()))
            .execute()
        == 1;
  }

  @Override
  public boolean remove(String fingerprint) {
    return handle
            .createUpdate("DELETE FROM tpm_authority WHERE fingerprint = :fingerprint")
            .bind("fingerprint", fingerprint)
            .execute()
        == 1;
  }
}
