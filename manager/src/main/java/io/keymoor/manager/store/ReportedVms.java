package io.keymoor.manager.store;

import io.keymoor.manager.domain.Usage;
import io.keymoor.manager.domain.model.NeededKey;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.provider.record.KeyRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * Stores VMs as hosts report them, many to a statement; rows are locked by id. A VM that is as it
 * was is not written: hosts report thousands that did not change.
 */
record ReportedVms(Handle handle) {
  /** What comes as one text of several: an array of arrays of different lengths there is not. */
  private static final String NEW =
      """
      SELECT id, host, name, power, parts, vtpm, NULLIF(locked_reason, '') AS locked_reason,
        generation, NULLIF(key_record, '') AS key_record, encrypted,
        providers::uuid[] AS providers, used_providers::uuid[] AS used_providers,
        string_to_array(needed_keys, chr(10)) AS needed_keys, concerns
      FROM unnest(:ids, :hosts, :names, :powers, :parts, :vtpms, :locked_reasons, :generations,
        :key_records, :encrypted, :providers, :used_providers, :needed_keys, :concerns)
        AS new (id, host, name, power, parts, vtpm, locked_reason, generation, key_record,
          encrypted, providers, used_providers, needed_keys, concerns)
      ORDER BY id\
      """;

  private static final String UPDATE =
      """
      UPDATE vm SET name = new.name, power = new.power, parts = new.parts, vtpm = new.vtpm,
        locked_reason = new.locked_reason, generation = new.generation,
        key_record = new.key_record, encrypted = new.encrypted, providers = new.providers,
        used_providers = new.used_providers, needed_keys = new.needed_keys,
        concerns = new.concerns, present = true
      FROM (%s) AS new
      WHERE vm.host = new.host AND vm.id = new.id
        AND (vm.name, vm.power, vm.parts, vm.vtpm, vm.locked_reason, vm.generation,
          vm.key_record, vm.used_providers, vm.needed_keys, vm.concerns, vm.present)
        IS DISTINCT FROM (new.name, new.power, new.parts, new.vtpm, new.locked_reason,
          new.generation, new.key_record, new.used_providers, new.needed_keys,
          new.concerns, true)\
      """
          .formatted(NEW);

  private static final String INSERT =
      """
      INSERT INTO vm (id, host, name, power, parts, vtpm, locked_reason, generation, key_record,
        encrypted, providers, used_providers, needed_keys, concerns, present)
      SELECT new.*, true FROM (%s) AS new
      ON CONFLICT (host, id) DO UPDATE SET
        (name, power, parts, vtpm, locked_reason, generation, key_record, encrypted, providers,
          used_providers, needed_keys, concerns, present)
        = ROW(excluded.name, excluded.power, excluded.parts, excluded.vtpm,
          excluded.locked_reason, excluded.generation, excluded.key_record, excluded.encrypted,
          excluded.providers, excluded.used_providers, excluded.needed_keys, excluded.concerns,
          true)\
      """
          .formatted(NEW);

  /** A VM with its key record as read, once for all that is indexed of it. */
  private record Row(Vm vm, Optional<KeyRecord> record) {}

  /** Most are known: what an update says to have changed need not be looked for any more. */
  void save(List<Vm> reported) {
    // A statement can't write a row twice; the last word counts.
    Map<UUID, Row> byId = new LinkedHashMap<>();
    reported.forEach(vm -> byId.put(vm.id(), new Row(vm, Usage.record(vm))));
    List<Row> rows = List.copyOf(byId.values());
    if (rows.isEmpty() || bound(UPDATE, rows).execute() == rows.size()) {
      return;
    }
    Set<UUID> unknown = unknown(rows);
    if (!unknown.isEmpty()) {
      bound(INSERT, rows.stream().filter(row -> unknown.contains(row.vm().id())).toList())
          .execute();
    }
  }

  private Set<UUID> unknown(List<Row> rows) {
    return handle
        .createQuery(
            """
            SELECT new.id FROM unnest(:ids, :hosts) AS new (id, host)
            WHERE NOT EXISTS (SELECT 1 FROM vm WHERE vm.host = new.host AND vm.id = new.id)\
            """)
        .bind("ids", Uuids.of(of(rows, row -> row.vm().id())))
        .bind("hosts", Uuids.of(of(rows, row -> row.vm().host())))
        .mapTo(UUID.class)
        .set();
  }

  private Update bound(String sql, List<Row> rows) {
    List<Vm> vms = of(rows, Row::vm);
    return handle
        .createUpdate(sql)
        .bind("ids", Uuids.of(of(vms, Vm::id)))
        .bind("hosts", Uuids.of(of(vms, Vm::host)))
        .bind("names", Texts.of(of(vms, Vm::name)))
        .bind("powers", Texts.of(of(vms, Vm::power)))
        .bind("parts", Texts.of(of(vms, vm -> VmTable.json(vm.parts()))))
        .bindArray("vtpms", Boolean.class, of(vms, Vm::vtpm))
        .bind("locked_reasons", Texts.of(of(vms, vm -> vm.lockedReason().orElse(""))))
        .bindArray("generations", Long.class, of(vms, Vm::generation))
        .bind("key_records", Texts.of(of(vms, vm -> vm.keyRecord().orElse(""))))
        .bindArray("encrypted", Boolean.class, of(vms, vm -> !vm.encryption().equals("none")))
        .bind("providers", Texts.of(of(vms, vm -> array(vm.providers()))))
        .bind("used_providers", Texts.of(of(rows, row -> array(Usage.providers(row.record())))))
        .bind("needed_keys", Texts.of(of(rows, row -> neededKeys(row.record()))))
        .bind("concerns", Texts.of(of(vms, vm -> VmTable.json(vm.concerns()))));
  }

  /** As PostgreSQL writes an array. */
  private static String array(Set<UUID> ids) {
    return ids.stream().map(UUID::toString).sorted().collect(Collectors.joining(",", "{", "}"));
  }

  /** One a line: none of them has a line break in it. */
  private static String neededKeys(Optional<KeyRecord> record) {
    return record.map(NeededKey::of).orElse(Set.of()).stream()
        .map(NeededKey::text)
        .collect(Collectors.joining("\n"));
  }

  private static <S, T> List<T> of(List<S> all, Function<S, T> what) {
    return all.stream().map(what).toList();
  }
}
