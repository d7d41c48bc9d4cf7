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
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.port.VmStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Domains of hosts; the inventory is those of them that are registered. */
record VmTable(Handle handle) implements VmStore {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final TypeReference<List<PartState>> PARTS = new TypeReference<>() {};
  private static final String STANDING =
      "SELECT id, name, host, present, encrypted, providers, locked_reason FROM vm ";
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

  /** A VM that is as it was is not written: hosts report thousands that did not change. */
  @Override
  public void save(List<Vm> reported) {
    if (reported.isEmpty()) {
      return;
    }
    // A statement can't write a row twice; the last word counts.
    Map<UUID, Vm> byId = new LinkedHashMap<>();
    reported.forEach(vm -> byId.put(vm.id(), vm));
    List<Vm> vms = List.copyOf(byId.values());
    handle
        .createUpdate(
            """
            INSERT INTO vm (id, host, name, power, parts, vtpm, locked_reason, generation,
              key_record, encrypted, providers, needed_keys, present)
            SELECT id, host, name, power, parts, vtpm, NULLIF(locked_reason, ''), generation,
              NULLIF(key_record, ''), encrypted, providers::uuid[],
              ARRAY(SELECT jsonb_array_elements_text(needed_keys::jsonb)), true
            FROM unnest(:ids, :hosts, :names, :powers, :parts, :vtpms, :locked_reasons,
              :generations, :key_records, :encrypted, :providers, :needed_keys)
              AS new (id, host, name, power, parts, vtpm, locked_reason, generation, key_record,
                encrypted, providers, needed_keys)
            ORDER BY id
            ON CONFLICT (host, id) DO UPDATE SET name = excluded.name, power = excluded.power,
              parts = excluded.parts, vtpm = excluded.vtpm,
              locked_reason = excluded.locked_reason, generation = excluded.generation,
              key_record = excluded.key_record, encrypted = excluded.encrypted,
              providers = excluded.providers, needed_keys = excluded.needed_keys, present = true
            WHERE (vm.name, vm.power, vm.parts, vm.vtpm, vm.locked_reason, vm.generation,
                vm.key_record, vm.needed_keys, vm.present)
              IS DISTINCT FROM (excluded.name, excluded.power, excluded.parts, excluded.vtpm,
                excluded.locked_reason, excluded.generation, excluded.key_record,
                excluded.needed_keys, true)\
            """)
        .bindArray("ids", UUID.class, of(vms, Vm::id))
        .bindArray("hosts", UUID.class, of(vms, Vm::host))
        .bindArray("names", String.class, of(vms, Vm::name))
        .bindArray("powers", String.class, of(vms, Vm::power))
        .bindArray("parts", String.class, of(vms, vm -> written(vm.parts())))
        .bindArray("vtpms", Boolean.class, of(vms, Vm::vtpm))
        .bindArray("locked_reasons", String.class, of(vms, vm -> vm.lockedReason().orElse("")))
        .bindArray("generations", Long.class, of(vms, Vm::generation))
        .bindArray("key_records", String.class, of(vms, vm -> vm.keyRecord().orElse("")))
        .bindArray("encrypted", Boolean.class, of(vms, vm -> !vm.encryption().equals("none")))
        .bindArray("providers", String.class, of(vms, VmTable::providers))
        .bindArray("needed_keys", String.class, of(vms, VmTable::neededKeys))
        .execute();
  }

  /** As PostgreSQL writes an array: an array of arrays of different lengths it does not take. */
  private static String providers(Vm vm) {
    return vm.providers().stream()
        .map(UUID::toString)
        .sorted()
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String neededKeys(Vm vm) {
    return json(NeededKey.of(vm).stream().map(NeededKey::text).toList());
  }

  private static <T> List<T> of(List<Vm> vms, Function<Vm, T> what) {
    return vms.stream().map(what).toList();
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
        .bindArray("vms", UUID.class, vms)
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
        .bindArray("present", UUID.class, present)
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
        .bindArray("vms", UUID.class, vms)
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

  /**
   * What the other host has told of the VM counts; the former one's last word may be that it is
   * paused, as it is for a moment when it leaves.
   */
  @Override
  public void moved(UUID vm, UUID from, UUID to) {
    handle
        .createUpdate(
            """
            INSERT INTO vm (id, host, name, power, parts, vtpm, locked_reason, generation,
              key_record, encrypted, providers, needed_keys, present)
            SELECT id, :to, name, 'running', parts, vtpm, locked_reason, generation,
              key_record, encrypted, providers, needed_keys, true
            FROM vm WHERE id = :vm AND host = :from
            ON CONFLICT (host, id) DO UPDATE SET present = true\
            """)
        .bind("vm", vm)
        .bind("from", from)
        .bind("to", to)
        .execute();
    handle
        .createUpdate("UPDATE vm SET present = false WHERE id = :vm AND host = :from")
        .bind("vm", vm)
        .bind("from", from)
        .execute();
    follow(to);
  }

  /** Two statements: a VM is registered once at any moment, as an index sees to. */
  @Override
  public int follow(UUID host) {
    List<UUID> moving =
        handle
            .createQuery(
                """
                SELECT here.id FROM vm here
                JOIN vm there ON there.id = here.id AND there.registered IS NOT NULL
                  AND there.host <> here.host
                JOIN host mine ON mine.id = here.host
                JOIN host former ON former.id = there.host AND former.cluster = mine.cluster
                WHERE here.host = :host AND here.present
                  AND (here.power = 'running' OR NOT there.present)
                FOR UPDATE OF here, there\
                """)
            .bind("host", host)
            .mapTo(UUID.class)
            .list();
    if (moving.isEmpty()) {
      return 0;
    }
    Map<UUID, OffsetDateTime> since =
        handle
            .createQuery(
                "SELECT id, registered FROM vm WHERE id = ANY (:vms) AND registered IS NOT NULL")
            .bindArray("vms", UUID.class, moving)
            .reduceRows(
                new LinkedHashMap<>(),
                (all, row) -> {
                  all.put(
                      row.getColumn("id", UUID.class),
                      row.getColumn("registered", OffsetDateTime.class));
                  return all;
                });
    handle
        .createUpdate("UPDATE vm SET registered = NULL WHERE id = ANY (:vms)")
        .bindArray("vms", UUID.class, moving)
        .execute();
    since.forEach((vm, registered) ->
        handle
            .createUpdate("UPDATE vm SET registered = :since WHERE id = :vm AND host = :host")
            .bind("since", registered)
            .bind("vm", vm)
            .bind("host", host)
            .execute());
    handle
        .createUpdate("DELETE FROM vm WHERE id = ANY (:vms) AND NOT present AND registered IS NULL")
        .bindArray("vms", UUID.class, moving)
        .execute();
    return moving.size();
  }

  private static InventoryVm known(ResultSet row) throws SQLException {
    Vm vm =
        new Vm(
            Columns.uuid(row, "id"),
            row.getString("name"),
            Columns.uuid(row, "host"),
            row.getString("power"),
            read(row.getString("parts")),
            row.getBoolean("vtpm"),
            Columns.optionalText(row, "locked_reason"),
            row.getLong("generation"),
            Columns.optionalText(row, "key_record"));
    return new InventoryVm(
        vm,
        row.getString("host_name"),
        Columns.optionalInstant(row, "registered").isPresent(),
        row.getBoolean("present"),
        row.getBoolean("template"));
  }

  private static String written(List<PartState> parts) {
    return json(parts);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("parts of a VM without a JSON form", impossible);
    }
  }

  private static List<PartState> read(String json) {
    try {
      return JSON.readValue(json, PARTS);
    } catch (JsonProcessingException damaged) {
      throw new IllegalStateException("the parts of a VM in the database are damaged", damaged);
    }
  }
}
