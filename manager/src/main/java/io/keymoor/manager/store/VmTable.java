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
import io.keymoor.manager.domain.port.VmStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Domains of hosts; the inventory is those of them that are registered. */
record VmTable(Handle handle) implements VmStore {
  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();
  private static final TypeReference<List<PartState>> PARTS = new TypeReference<>() {};
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
    handle
        .createUpdate(
            """
            INSERT INTO vm (id, host, name, power, parts, vtpm, locked_reason, generation,
              key_record, needed_keys, present)
            VALUES (:id, :host, :name, :power, :parts, :vtpm, :locked_reason, :generation,
              :key_record, :needed_keys, true)
            ON CONFLICT (host, id) DO UPDATE SET name = :name, power = :power, parts = :parts,
              vtpm = :vtpm, locked_reason = :locked_reason, generation = :generation,
              key_record = :key_record, needed_keys = :needed_keys, present = true\
            """)
        .bind("id", vm.id())
        .bind("host", vm.host())
        .bind("name", vm.name())
        .bind("power", vm.power())
        .bind("parts", written(vm.parts()))
        .bind("vtpm", vm.vtpm())
        .bind("locked_reason", vm.lockedReason())
        .bind("generation", vm.generation())
        .bind("key_record", vm.keyRecord())
        .bindArray(
            "needed_keys", String.class, NeededKey.of(vm).stream().map(NeededKey::text).toList())
        .execute();
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
  public void unregister(UUID vm) {
    handle.createUpdate("UPDATE vm SET registered = NULL WHERE id = :id").bind("id", vm).execute();
    handle.createUpdate("DELETE FROM vm WHERE id = :id AND NOT present").bind("id", vm).execute();
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
        row.getBoolean("present"));
  }

  private static String written(List<PartState> parts) {
    try {
      return JSON.writeValueAsString(parts);
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
