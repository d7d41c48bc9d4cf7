package io.keymoor.manager.store;

import io.keymoor.crypto.CertificateAuthority;
import io.keymoor.crypto.ClientKeys;
import io.keymoor.crypto.Pem;
import io.keymoor.manager.domain.model.KmsCheck;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.port.KmsStore;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderEntry.Place;
import io.keymoor.provider.standard.KmsAccess;
import io.keymoor.provider.standard.KmsHealth;
import io.keymoor.provider.standard.KmsServer;
import java.security.cert.X509Certificate;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/** Settings of standard providers, their servers, whom they trust, and how the servers stand. */
record KmsTables(Handle handle) implements KmsStore {
  @Override
  public void insert(UUID provider, ProviderEntry.Mode mode, KmsSettings settings) {
    Optional<Duration> rotation =
        mode instanceof ProviderEntry.WrappingKey it ? it.rotation() : Optional.empty();
    bound(
            handle.createUpdate(
                """
                INSERT INTO standard_provider (provider, revision, mode, rotation_seconds,
                  server_order, timeout_ms, username, sealed_password, identity, certificate_pem,
                  sealed_key, request_pem, sealed_request_key)
                VALUES (:provider, :revision, :mode, :rotation_seconds, :server_order, :timeout_ms,
                  :username, :sealed_password, :identity, :certificate_pem, :sealed_key,
                  :request_pem, :sealed_request_key)\
                """),
            provider,
            settings)
        .bind("mode", text(mode))
        .bind("rotation_seconds", rotation.map(Duration::toSeconds))
        .execute();
    insertLists(provider, settings);
  }

  @Override
  public void update(UUID provider, KmsSettings settings) {
    bound(
            handle.createUpdate(
                """
                UPDATE standard_provider SET revision = :revision, server_order = :server_order,
                  timeout_ms = :timeout_ms, username = :username,
                  sealed_password = :sealed_password, identity = :identity,
                  certificate_pem = :certificate_pem, sealed_key = :sealed_key,
                  request_pem = :request_pem, sealed_request_key = :sealed_request_key
                WHERE provider = :provider\
                """),
            provider,
            settings)
        .execute();
    for (String sql :
        List.of(
            "DELETE FROM kms_server WHERE provider = :id",
            "DELETE FROM kms_trust WHERE provider = :id")) {
      handle.createUpdate(sql).bind("id", provider).execute();
    }
    insertLists(provider, settings);
  }

  private static Update bound(Update update, UUID provider, KmsSettings settings) {
    KmsSettings.Identity identity = settings.identity();
    return update
        .bind("provider", provider)
        .bind("revision", settings.revision())
        .bind("server_order", word(settings.order()))
        .bind("timeout_ms", settings.timeout().toMillis())
        .bind("username", settings.login().map(KmsSettings.Login::user))
        .bind("sealed_password", settings.login().flatMap(KmsSettings.Login::sealedPassword))
        .bind("identity", word(identity.source()))
        .bind(
            "certificate_pem",
            identity.chain().stream().map(Pem::certificate).collect(Collectors.joining()))
        .bind("sealed_key", identity.sealedKey())
        .bind("request_pem", identity.request().map(KmsSettings.Request::pem))
        .bind("sealed_request_key", identity.request().map(KmsSettings.Request::sealedKey));
  }

  private void insertLists(UUID provider, KmsSettings settings) {
    for (int i = 0; i < settings.servers().size(); i++) {
      KmsServer server = settings.servers().get(i);
      handle
          .createUpdate(
              """
              INSERT INTO kms_server (provider, position, host, port, weight, proxy_host,
                proxy_port, connect_timeout_ms)
              VALUES (:provider, :position, :host, :port, :weight, :proxy_host, :proxy_port,
                :connect_timeout_ms)\
              """)
          .bind("provider", provider)
          .bind("position", i)
          .bind("host", server.host())
          .bind("port", server.port())
          .bind("weight", server.weight())
          .bind("proxy_host", server.proxy().map(KmsServer.Address::host))
          .bind("proxy_port", server.proxy().map(KmsServer.Address::port))
          .bind("connect_timeout_ms", server.connectTimeout().map(Duration::toMillis))
          .execute();
    }
    for (X509Certificate certificate : settings.trusted()) {
      handle
          .createUpdate(
              """
              INSERT INTO kms_trust (provider, fingerprint, certificate_pem)
              VALUES (:provider, :fingerprint, :pem)\
              """)
          .bind("provider", provider)
          .bind("fingerprint", CertificateAuthority.fingerprint(certificate))
          .bind("pem", Pem.certificate(certificate))
          .execute();
    }
  }

  @Override
  public Optional<KmsSettings> lockedSettings(UUID provider) {
    handle
        .createQuery("SELECT revision FROM standard_provider WHERE provider = :id FOR UPDATE")
        .bind("id", provider)
        .mapTo(Long.class)
        .list();
    return settings(provider);
  }

  @Override
  public Optional<KmsSettings> settings(UUID provider) {
    List<KmsServer> servers =
        handle
            .createQuery("SELECT * FROM kms_server WHERE provider = :id ORDER BY position")
            .bind("id", provider)
            .map((row, context) -> server(row))
            .list();
    List<X509Certificate> trusted =
        handle
            .createQuery("SELECT * FROM kms_trust WHERE provider = :id ORDER BY fingerprint")
            .bind("id", provider)
            .map((row, context) -> Pem.certificate(row.getString("certificate_pem")))
            .list();
    return handle
        .createQuery("SELECT * FROM standard_provider WHERE provider = :id")
        .bind("id", provider)
        .map((row, context) ->
            new KmsSettings(
                row.getLong("revision"),
                servers,
                KmsAccess.Order.valueOf(upper(row, "server_order")),
                Duration.ofMillis(row.getLong("timeout_ms")),
                trusted,
                identity(row),
                Columns.optionalText(row, "username")
                    .map(user -> new KmsSettings.Login(user, bytes(row, "sealed_password")))))
        .findFirst();
  }

  @Override
  public void saveChecks(UUID provider, List<KmsCheck> checks) {
    handle
        .createUpdate("DELETE FROM kms_check WHERE provider = :id")
        .bind("id", provider)
        .execute();
    for (KmsCheck check : checks) {
      KmsHealth health = check.health();
      // Nothing to note where the server, or the whole provider, was removed meanwhile.
      handle
          .createUpdate(
              """
              INSERT INTO kms_check (provider, host, port, checked, failing, sentence, took_ms,
                version, certificate_expiry)
              SELECT provider, host, port, :checked, :failing, :sentence, :took_ms, :version,
                :certificate_expiry
              FROM kms_server WHERE provider = :provider AND host = :host AND port = :port
              ON CONFLICT (provider, host, port) DO NOTHING\
              """)
          .bind("provider", provider)
          .bind("host", health.server().host())
          .bind("port", health.server().port())
          .bind("checked", Columns.utc(check.checked()))
          .bind("failing", health.failing().map(KmsTables::word))
          .bind("sentence", health.sentence())
          .bind("took_ms", health.took().toMillis())
          .bind("version", health.version())
          .bind("certificate_expiry", health.certificateExpiry().map(Columns::utc))
          .execute();
    }
  }

  @Override
  public List<KmsCheck> checks(UUID provider) {
    return new ArrayList<>(
        handle
            .createQuery(
                """
                SELECT * FROM kms_check JOIN kms_server USING (provider, host, port)
                WHERE provider = :id ORDER BY position\
                """)
            .bind("id", provider)
            .map((row, context) -> check(row))
            .list());
  }

  private static KmsCheck check(ResultSet row) throws SQLException {
    Optional<String> failing = Columns.optionalText(row, "failing");
    return new KmsCheck(
        new KmsHealth(
            server(row),
            failing.map(it -> KmsHealth.Layer.valueOf(it.toUpperCase(Locale.ROOT))),
            row.getString("sentence"),
            Duration.ofMillis(row.getLong("took_ms")),
            Columns.optionalText(row, "version"),
            Columns.optionalInstant(row, "certificate_expiry")),
        Columns.instant(row, "checked"));
  }

  private static KmsServer server(ResultSet row) throws SQLException {
    Optional<String> proxy = Columns.optionalText(row, "proxy_host");
    int proxyPort = row.getInt("proxy_port");
    long timeout = row.getLong("connect_timeout_ms");
    return new KmsServer(
        row.getString("host"),
        row.getInt("port"),
        row.getInt("weight"),
        proxy.map(host -> new KmsServer.Address(host, proxyPort)),
        timeout == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(timeout)));
  }

  private static KmsSettings.Identity identity(ResultSet row) throws SQLException {
    Optional<byte[]> requestKey = bytes(row, "sealed_request_key");
    return new KmsSettings.Identity(
        KmsSettings.Source.valueOf(upper(row, "identity")),
        ClientKeys.certificates(row.getString("certificate_pem")),
        row.getBytes("sealed_key"),
        Columns.optionalText(row, "request_pem")
            .flatMap(pem -> requestKey.map(key -> new KmsSettings.Request(pem, key))));
  }

  private static Optional<byte[]> bytes(ResultSet row, String column) {
    try {
      return Optional.ofNullable(row.getBytes(column));
    } catch (SQLException failure) {
      throw new IllegalStateException("the column " + column + " can't be read", failure);
    }
  }

  /** What a standard provider keeps in its KMS, as the column {@code mode} says. */
  static ProviderEntry.Mode mode(ResultSet row) throws SQLException {
    String mode = row.getString("mode");
    long seconds = row.getLong("rotation_seconds");
    Optional<Duration> rotation =
        seconds == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(seconds));
    return switch (mode) {
      case "key_per_object" -> new ProviderEntry.KeyPerObject();
      case "wrapping_key" -> new ProviderEntry.WrappingKey(rotation, Place.MANAGER);
      case "wrapping_key_in_kms" -> new ProviderEntry.WrappingKey(rotation, Place.KMS);
      default -> throw new IllegalStateException("a standard provider of unknown mode " + mode);
    };
  }

  private static String text(ProviderEntry.Mode mode) {
    return switch (mode) {
      case ProviderEntry.KeyPerObject _ -> "key_per_object";
      case ProviderEntry.WrappingKey it ->
          switch (it.place()) {
            case MANAGER -> "wrapping_key";
            case KMS -> "wrapping_key_in_kms";
          };
    };
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String upper(ResultSet row, String column) throws SQLException {
    return row.getString(column).toUpperCase(Locale.ROOT);
  }
}
