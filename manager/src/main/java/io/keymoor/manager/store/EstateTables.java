package io.keymoor.manager.store;

import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.port.EstateStore;
import io.keymoor.provider.KeyId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** Clusters, hosts, and how hosts have providers. */
record EstateTables(Handle handle) implements EstateStore {
  private static final String HOST =
      "SELECT host.*, cluster.name AS cluster_name, "
          + TpmTables.STANDING
          + " FROM host JOIN cluster ON cluster.id = host.cluster"
          + " LEFT JOIN host_tpm ON host_tpm.host = host.id ";

  @Override
  public List<Cluster> clusters() {
    return handle
        .createQuery("SELECT * FROM cluster ORDER BY lower(name)")
        .map((row, context) -> cluster(row))
        .list();
  }

  @Override
  public Optional<Cluster> cluster(String nameOrId) {
    return handle
        .createQuery(
            "SELECT * FROM cluster WHERE lower(name) = lower(:it) OR id::text = lower(:it)")
        .bind("it", nameOrId)
        .map((row, context) -> cluster(row))
        .findFirst();
  }

  @Override
  public Optional<Cluster> cluster(UUID id) {
    return handle
        .createQuery("SELECT * FROM cluster WHERE id = :id")
        .bind("id", id)
        .map((row, context) -> cluster(row))
        .findFirst();
  }

  @Override
  public boolean insert(Cluster cluster) {
    return handle
            .createUpdate(
                """
                INSERT INTO cluster (id, name, revision) VALUES (:id, :name, :revision)
                ON CONFLICT DO NOTHING\
                """)
            .bind("id", cluster.id())
            .bind("name", cluster.name())
            .bind("revision", cluster.revision())
            .execute()
        == 1;
  }

  /**
   * Revisions follow the clock, so that a manager rebuilt from nothing does not hand out a number
   * under which a host already holds something else; and they pass what a host has from before a
   * restored database, within bounds that no host can push to the end of the numbers.
   */
  @Override
  public void newRevisions(Instant now) {
    handle
        .createUpdate(
            """
            UPDATE cluster SET revision = GREATEST(revision + 1, :now,
              (SELECT max(host.desired_revision) + 1 FROM host
               WHERE host.cluster = cluster.id AND host.desired_revision < 4611686018427387904))\
            """)
        .bind("now", now.toEpochMilli())
        .execute();
  }

  @Override
  public List<Host> hosts() {
    return handle
        .createQuery(HOST + "ORDER BY lower(host.name)")
        .map((row, context) -> host(row))
        .list();
  }

  @Override
  public List<Host> hostsIn(UUID cluster) {
    return handle
        .createQuery(HOST + "WHERE host.cluster = :cluster ORDER BY lower(host.name)")
        .bind("cluster", cluster)
        .map((row, context) -> host(row))
        .list();
  }

  @Override
  public Optional<Host> host(String nameOrId) {
    return handle
        .createQuery(HOST + "WHERE lower(host.name) = lower(:it) OR host.id::text = lower(:it)")
        .bind("it", nameOrId)
        .map((row, context) -> host(row))
        .findFirst();
  }

  @Override
  public Optional<Host> host(UUID id) {
    return handle
        .createQuery(HOST + "WHERE host.id = :id")
        .bind("id", id)
        .map((row, context) -> host(row))
        .findFirst();
  }

  @Override
  public boolean insert(Host host) {
    return handle
            .createUpdate(
                """
                INSERT INTO host (id, name, cluster, sealing_key, fingerprint, enrolled,
                  agent_version, libvirt, hypervisor, tpm, clock_skew_ms, desired_revision,
                  encryption_mode, encryption_mode_detail, hypervisor_state)
                VALUES (:id, :name, :cluster, :sealing_key, :fingerprint, :enrolled,
                  :agent, :libvirt, :hypervisor, :tpm, :skew, :revision, :mode, :detail, :state)
                ON CONFLICT DO NOTHING\
                """)
            .bind("id", host.id())
            .bind("name", host.name())
            .bind("cluster", host.clusterId())
            .bind("sealing_key", host.identity().sealingKey())
            .bind("fingerprint", host.identity().fingerprint())
            .bind("enrolled", Columns.utc(host.identity().enrolled()))
            .bind("agent", host.facts().agentVersion())
            .bind("libvirt", host.facts().libvirt())
            .bind("hypervisor", host.facts().hypervisor())
            .bind("tpm", host.facts().tpm())
            .bind("skew", host.facts().clockSkew().toMillis())
            .bind("revision", host.condition().desiredRevision())
            .bind("mode", host.condition().encryptionMode())
            .bind("detail", host.condition().encryptionModeDetail())
            .bind("state", host.condition().hypervisorState())
            .execute()
        == 1;
  }

  @Override
  public Optional<Host> lock(UUID host) {
    return handle
        .createQuery(HOST + "WHERE host.id = :id FOR UPDATE OF host")
        .bind("id", host)
        .map((row, context) -> host(row))
        .findFirst();
  }

  @Override
  public void replaceIdentity(UUID host, Host.Identity identity) {
    handle
        .createUpdate(
            """
            UPDATE host SET sealing_key = :sealing_key, fingerprint = :fingerprint,
              enrolled = :enrolled WHERE id = :id\
            """)
        .bind("id", host)
        .bind("sealing_key", identity.sealingKey())
        .bind("fingerprint", identity.fingerprint())
        .bind("enrolled", Columns.utc(identity.enrolled()))
        .execute();
  }

  @Override
  public void move(UUID host, UUID cluster) {
    handle
        .createUpdate("UPDATE host SET cluster = :cluster WHERE id = :id")
        .bind("id", host)
        .bind("cluster", cluster)
        .execute();
  }

  @Override
  public void remove(UUID host) {
    handle.createUpdate("DELETE FROM vm WHERE host = :id").bind("id", host).execute();
    handle.createUpdate("DELETE FROM host WHERE id = :id").bind("id", host).execute();
  }

  @Override
  public void seen(UUID host, Instant now) {
    handle
        .createUpdate("UPDATE host SET last_seen = :now WHERE id = :id")
        .bind("now", Columns.utc(now))
        .bind("id", host)
        .execute();
  }

  @Override
  public void saveFacts(UUID host, HostFacts facts) {
    handle
        .createUpdate(
            """
            UPDATE host SET agent_version = :agent, libvirt = :libvirt, hypervisor = :hypervisor,
              tpm = :tpm, clock_skew_ms = :skew, migration_uri = :uri, migration_address = :address
            WHERE id = :id\
            """)
        .bind("id", host)
        .bind("uri", facts.reach().map(HostFacts.Reach::libvirtUri))
        .bind("address", facts.reach().map(HostFacts.Reach::address))
        .bind("agent", facts.agentVersion())
        .bind("libvirt", facts.libvirt())
        .bind("hypervisor", facts.hypervisor())
        .bind("tpm", facts.tpm())
        .bind("skew", facts.clockSkew().toMillis())
        .execute();
  }

  @Override
  public void saveCondition(UUID host, HostCondition condition, List<ProviderOnHost> providers) {
    handle
        .createUpdate(
            """
            UPDATE host SET desired_revision = :revision, encryption_mode = :mode,
              encryption_mode_detail = :detail, hypervisor_state = :state,
              host_key_provider = :key_provider, host_key_id = :key_id
            WHERE id = :id\
            """)
        .bind("id", host)
        .bind("revision", condition.desiredRevision())
        .bind("mode", condition.encryptionMode())
        .bind("detail", condition.encryptionModeDetail())
        .bind("state", condition.hypervisorState())
        .bind("key_provider", condition.hostKeyProvider())
        .bind("key_id", condition.hostKeyId())
        .execute();
    handle
        .createUpdate("DELETE FROM provider_on_host WHERE host = :host")
        .bind("host", host)
        .execute();
    if (providers.isEmpty()) {
      return;
    }
    handle
        .createUpdate(
            """
            INSERT INTO provider_on_host (host, provider, key_check, state, detail)
            SELECT :host, * FROM unnest(:providers, :key_checks, :states, :details)
            ON CONFLICT DO NOTHING\
            """)
        .bind("host", host)
        .bind("providers", Uuids.of(of(providers, ProviderOnHost::provider)))
        .bindArray("key_checks", String.class, of(providers, ProviderOnHost::keyCheck))
        .bindArray("states", String.class, of(providers, ProviderOnHost::state))
        .bindArray("details", String.class, of(providers, ProviderOnHost::detail))
        .execute();
  }

  private static <T> List<T> of(List<ProviderOnHost> providers, Function<ProviderOnHost, T> what) {
    return providers.stream().map(what).toList();
  }

  @Override
  public boolean reportedAnew(UUID host, String digest) {
    return handle
            .createUpdate(
                """
                UPDATE host SET report_digest = :digest
                WHERE id = :id AND report_digest IS DISTINCT FROM :digest\
                """)
            .bind("digest", digest)
            .bind("id", host)
            .execute()
        == 1;
  }

  @Override
  public void forgetReport(UUID host) {
    handle
        .createUpdate("UPDATE host SET report_digest = NULL WHERE id = :id")
        .bind("id", host)
        .execute();
  }

  @Override
  public Optional<KeyName> hostKek(UUID host) {
    return handle
        .createQuery("SELECT kek_provider, kek_id FROM host WHERE id = :id AND kek_id IS NOT NULL")
        .bind("id", host)
        .map((row, context) -> kek(row))
        .findFirst();
  }

  @Override
  public void saveHostKek(UUID host, KeyName key) {
    handle
        .createUpdate("UPDATE host SET kek_provider = :provider, kek_id = :key WHERE id = :id")
        .bind("provider", key.provider())
        .bind("key", key.id().text())
        .bind("id", host)
        .execute();
  }

  @Override
  public Set<KeyName> hostKeks(UUID cluster) {
    return handle
        .createQuery(
            "SELECT kek_provider, kek_id FROM host WHERE cluster = :cluster AND kek_id IS NOT NULL")
        .bind("cluster", cluster)
        .map((row, context) -> kek(row))
        .set();
  }

  @Override
  public boolean keepsKeys(UUID host) {
    return handle
        .createQuery("SELECT keeps_keys FROM host WHERE id = :id")
        .bind("id", host)
        .mapTo(Boolean.class)
        .findFirst()
        .orElse(false);
  }

  @Override
  public void keepKeys(UUID host, boolean keep) {
    handle
        .createUpdate("UPDATE host SET keeps_keys = :keep WHERE id = :id")
        .bind("keep", keep)
        .bind("id", host)
        .execute();
  }

  private static KeyName kek(ResultSet row) throws SQLException {
    return new KeyName(Columns.uuid(row, "kek_provider"), new KeyId(row.getString("kek_id")));
  }

  @Override
  public List<ProviderOnHost> providersOnHosts() {
    return handle
        .createQuery("SELECT * FROM provider_on_host")
        .map((row, context) ->
            new ProviderOnHost(
                Columns.uuid(row, "host"),
                Columns.uuid(row, "provider"),
                row.getString("key_check"),
                row.getString("state"),
                row.getString("detail")))
        .list();
  }

  private static Cluster cluster(ResultSet row) throws SQLException {
    return new Cluster(Columns.uuid(row, "id"), row.getString("name"), row.getLong("revision"));
  }

  private static Host host(ResultSet row) throws SQLException {
    return new Host(
        Columns.uuid(row, "id"),
        row.getString("name"),
        Columns.uuid(row, "cluster"),
        row.getString("cluster_name"),
        new Host.Identity(
            row.getString("sealing_key"),
            row.getString("fingerprint"),
            Columns.instant(row, "enrolled")),
        Columns.optionalInstant(row, "last_seen"),
        new HostFacts(
            row.getString("agent_version"),
            row.getString("libvirt"),
            row.getString("hypervisor"),
            row.getBoolean("tpm"),
            Duration.ofMillis(row.getLong("clock_skew_ms")),
            reach(row)),
        new HostCondition(
            row.getLong("desired_revision"),
            row.getString("encryption_mode"),
            row.getString("encryption_mode_detail"),
            row.getString("hypervisor_state"),
            Columns.optionalUuid(row, "host_key_provider"),
            Columns.optionalText(row, "host_key_id")),
        TpmTables.standing(row));
  }

  private static Optional<HostFacts.Reach> reach(ResultSet row) throws SQLException {
    Optional<String> address = Columns.optionalText(row, "migration_address");
    return Columns.optionalText(row, "migration_uri")
        .flatMap(uri -> address.map(it -> new HostFacts.Reach(uri, it)));
  }
}
