package io.keymoor.manager.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.NeededKey;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmConcern;
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.port.VmStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Domains of hosts; the inventory is those of them that are registered. */
record VmTable(Handle handle) implements VmStore {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final TypeReference<List<PartState>> PARTS = new TypeReference<>() {};
  private static final TypeReference<List<VmConcern>> CONCERNS = new TypeReference<>() {};
  private static final String STANDING =
      "SELECT id, name, host, present, encrypted, providers, locked_reason FROM vm ";
  private static final String USING = "WHERE vm.used_providers @> ARRAY[:provider]::uuid[]";
  private static final String VM =
      "SELECT vm.*, host.name AS host_name FROM vm JOIN host ON host.id = vm.host ";

  @Override
  public List<InventoryVm> all() {
    return handle
        .createQuery(VM + "ORDER BY lower(vm.name), vm.id")
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public List<InventoryVm> on(UUID host) {
    return handle
        .createQuery(VM + "WHERE vm.host = :host ORDER BY lower(vm.name), vm.id")
        .bind("host", host)
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public List<InventoryVm> concerned() {
    return handle
        .createQuery(
            VM
                + "WHERE vm.present AND vm.concerns <> '[]' ORDER BY lower(vm.name), vm.id, host_name")
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public List<InventoryVm> runningTwice() {
    return handle
        .createQuery(
            VM
                + """
                WHERE vm.present AND vm.power = 'running' AND (vm.id, host.cluster) IN (
                  SELECT id, cluster FROM (
                    SELECT twice.id, on_host.cluster FROM vm twice
                    JOIN host on_host ON on_host.id = twice.host
                    WHERE twice.present AND twice.power = 'running') running
                  GROUP BY id, cluster HAVING count(*) > 1)
                ORDER BY lower(vm.name), vm.id, host_name\
                """)
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public List<InventoryVm> using(UUID provider) {
    return handle
        .createQuery(VM + USING + " ORDER BY lower(vm.name), vm.id")
        .bind("provider", provider)
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public int countUsing(UUID provider) {
    return handle
        .createQuery("SELECT count(*) FROM vm " + USING)
        .bind("provider", provider)
        .mapTo(Integer.class)
        .one();
  }

  @Override
  public List<InventoryVm> registered(String nameOrId) {
    return handle
        .createQuery(
            VM
                + "WHERE vm.registered IS NOT NULL AND (vm.name = :it OR vm.id::text = lower(:it))"
                + " ORDER BY vm.id")
        .bind("it", nameOrId)
        .map((row, context) -> known(row))
        .list();
  }

  @Override
  public void lock(UUID vm) {
    handle
        .createQuery("SELECT 1 FROM vm WHERE id = :id FOR UPDATE")
        .bind("id", vm)
        .mapTo(Integer.class)
        .list();
  }

  @Override
  public void save(Vm vm) {
    save(List.of(vm));
  }

  @Override
  public void save(List<Vm> reported) {
    new ReportedVms(handle).save(reported);
  }

  @Override
  public List<VmStanding> standings() {
    return handle
        .createQuery(STANDING + "WHERE registered IS NOT NULL ORDER BY lower(name), id")
        .map((row, context) -> standing(row))
        .list();
  }

  @Override
  public List<VmStanding> standings(Collection<UUID> vms) {
    return handle
        .createQuery(STANDING + "WHERE registered IS NOT NULL AND id = ANY (:vms)")
        .bind("vms", Uuids.of(vms))
        .map((row, context) -> standing(row))
        .list();
  }

  private static VmStanding standing(ResultSet row) throws SQLException {
    return new VmStanding(
        Columns.uuid(row, "id"),
        row.getString("name"),
        Columns.uuid(row, "host"),
        row.getBoolean("present"),
        row.getBoolean("encrypted"),
        Set.copyOf(Columns.uuids(row, "providers")),
        Columns.optionalText(row, "locked_reason"));
  }

  @Override
  public Set<NeededKey> neededKeys(UUID cluster) {
    return handle
        .createQuery(
            """
            SELECT DISTINCT unnest(vm.needed_keys) AS needed
            FROM vm JOIN host ON host.id = vm.host WHERE host.cluster = :cluster\
            """)
        .bind("cluster", cluster)
        .map((row, context) -> NeededKey.parse(row.getString("needed")))
        .set();
  }

  @Override
  public String needsOf(UUID host) {
    return handle
        .createQuery(
            """
            SELECT concat_ws(' ', host_key_provider, host_key_id, (
              SELECT md5(string_agg(DISTINCT needed, ' ' ORDER BY needed))
              FROM vm, unnest(vm.needed_keys) AS needed WHERE vm.host = host.id))
            FROM host WHERE id = :host\
            """)
        .bind("host", host)
        .mapTo(String.class)
        .findOne()
        .orElse("");
  }

  @Override
  public Set<UUID> providersIn(UUID cluster) {
    return handle
        .createQuery(
            """
            SELECT DISTINCT unnest(vm.providers) AS provider
            FROM vm JOIN host ON host.id = vm.host WHERE host.cluster = :cluster\
            """)
        .bind("cluster", cluster)
        .map((row, context) -> Columns.uuid(row, "provider"))
        .set();
  }

  @Override
  public void keepOnly(UUID host, List<UUID> present) {
    handle
        .createUpdate(
            """
            UPDATE vm SET present = false
            WHERE host = :host AND present AND NOT (id = ANY (:present))\
            """)
        .bind("host", host)
        .bind("present", Uuids.of(present))
        .execute();
    handle
        .createUpdate("DELETE FROM vm WHERE host = :host AND NOT present AND registered IS NULL")
        .bind("host", host)
        .execute();
  }

  @Override
  public boolean register(UUID host, UUID vm, Instant now) {
    return handle
            .createUpdate(
                """
                UPDATE vm SET registered = :now
                WHERE host = :host AND id = :id
                  AND NOT EXISTS (SELECT 1 FROM vm WHERE id = :id AND registered IS NOT NULL)\
                """)
            .bind("now", Columns.utc(now))
            .bind("host", host)
            .bind("id", vm)
            .execute()
        == 1;
  }

  @Override
  public void register(UUID host, Collection<UUID> vms, Instant now) {
    handle
        .createUpdate(
            """
            UPDATE vm SET registered = :now
            WHERE host = :host AND id = ANY (:vms)
              AND NOT EXISTS (SELECT 1 FROM vm other
                WHERE other.id = vm.id AND other.registered IS NOT NULL)\
            """)
        .bind("now", Columns.utc(now))
        .bind("host", host)
        .bind("vms", Uuids.of(vms))
        .execute();
  }

  @Override
  public void template(UUID vm, boolean template) {
    handle
        .createUpdate(
            "UPDATE vm SET template = :template WHERE id = :id AND registered IS NOT NULL")
        .bind("template", template)
        .bind("id", vm)
        .execute();
  }

  @Override
  public void unregister(UUID vm) {
    handle
        .createUpdate("UPDATE vm SET registered = NULL, template = false WHERE id = :id")
        .bind("id", vm)
        .execute();
    handle.createUpdate("DELETE FROM vm WHERE id = :id AND NOT present").bind("id", vm).execute();
  }

  @Override
  public void moved(UUID vm, UUID from, UUID to) {
    new VmMoves(handle).moved(vm, from, to);
  }

  @Override
  public int follow(UUID host) {
    return new VmMoves(handle).follow(host);
  }

  private static InventoryVm known(ResultSet row) throws SQLException {
    Vm vm =
        new Vm(
            Columns.uuid(row, "id"),
            row.getString("name"),
            Columns.uuid(row, "host"),
            row.getString("power"),
            read(row.getString("parts"), PARTS),
            row.getBoolean("vtpm"),
            Columns.optionalText(row, "locked_reason"),
            row.getLong("generation"),
            Columns.optionalText(row, "key_record"),
            read(row.getString("concerns"), CONCERNS));
    return new InventoryVm(
        vm,
        row.getString("host_name"),
        Columns.optionalInstant(row, "registered").isPresent(),
        row.getBoolean("present"),
        row.getBoolean("template"));
  }

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("parts of a VM without a JSON form", impossible);
    }
  }

  private static <T> List<T> read(String json, TypeReference<List<T>> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("what the database has of a VM is damaged", damaged);
    }
  }
}
