package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.FormerCertificate;
import io.keymoor.manager.domain.model.HostCertificate;
import io.keymoor.manager.domain.port.HostCertificates;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Certificates of hosts, present and former. */
record HostCertificateTables(Handle handle) implements HostCertificates {
  @Override
  public Optional<HostCertificate> of(UUID host) {
    return handle
        .createQuery("SELECT * FROM host_certificate WHERE host = :host")
        .bind("host", host)
        .map((row, context) -> certificate(row))
        .findFirst();
  }

  @Override
  public void save(HostCertificate certificate) {
    handle
        .createUpdate(
            """
            INSERT INTO host_certificate (host, expires, next_fingerprint, next_expires)
            VALUES (:host, :expires, :next, :next_expires)
            ON CONFLICT (host) DO UPDATE SET expires = :expires, next_fingerprint = :next,
              next_expires = :next_expires\
            """)
        .bind("host", certificate.host())
        .bind("expires", Columns.utc(certificate.expires()))
        .bind("next", certificate.next().map(HostCertificate.Next::fingerprint).orElse(null))
        .bindByType(
            "next_expires",
            certificate.next().map(next -> Columns.utc(next.expires())).orElse(null),
            OffsetDateTime.class)
        .execute();
  }

  @Override
  public void retire(FormerCertificate certificate) {
    handle
        .createUpdate(
            """
            INSERT INTO former_certificate (fingerprint, host_name, reason, at)
            VALUES (:fingerprint, :name, :reason, :at) ON CONFLICT DO NOTHING\
            """)
        .bind("fingerprint", certificate.fingerprint())
        .bind("name", certificate.hostName())
        .bind("reason", certificate.reason().name().toLowerCase(Locale.ROOT))
        .bind("at", Columns.utc(certificate.at()))
        .execute();
  }

  @Override
  public Optional<FormerCertificate> former(String fingerprint) {
    return handle
        .createQuery("SELECT * FROM former_certificate WHERE fingerprint = :fingerprint")
        .bind("fingerprint", fingerprint)
        .map((row, context) ->
            new FormerCertificate(
                row.getString("fingerprint"),
                row.getString("host_name"),
                FormerCertificate.Reason.valueOf(row.getString("reason").toUpperCase(Locale.ROOT)),
                Columns.instant(row, "at")))
        .findFirst();
  }

  private static HostCertificate certificate(ResultSet row) throws SQLException {
    Optional<String> next = Columns.optionalText(row, "next_fingerprint");
    return new HostCertificate(
        Columns.uuid(row, "host"),
        Columns.instant(row, "expires"),
        next.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new HostCertificate.Next(next.get(), Columns.instant(row, "next_expires"))));
  }
}
