package io.keymoor.manager.store;

import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** VMs that go from host to host, and their registrations with them. */
record VmMoves(Handle handle) {
  /**
   * What the other host has told of the VM counts; the former one's last word may be that it is
   * paused, as it is for a moment when it leaves.
   */
  void moved(UUID vm, UUID from, UUID to) {
    handle
        .createUpdate(
            """
            INSERT INTO vm (id, host, name, power, parts, vtpm, locked_reason, generation,
              key_record, encrypted, providers, used_providers, needed_keys, present)
            SELECT id, :to, name, 'running', parts, vtpm, locked_reason, generation,
              key_record, encrypted, providers, used_providers, needed_keys, true
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

  /**
   * Two statements: a VM is registered once at any moment, as an index sees to. Rows are locked by
   * VM, as reports and outcomes lock them: of two that meet, one waits.
   */
  int follow(UUID host) {
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
                ORDER BY here.id FOR UPDATE OF here, there\
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
            .bind("vms", Uuids.of(moving))
            .reduceRows(
                new LinkedHashMap<>(),
                (all, row) -> {
                  all.put(
                      row.getColumn("id", UUID.class),
                      row.getColumn("registered", OffsetDateTime.class));
                  return all;
                });
    handle
        .createUpdate(
            "UPDATE vm SET registered = NULL WHERE id = ANY (:vms) AND registered IS NOT NULL")
        .bind("vms", Uuids.of(moving))
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
        .bind("vms", Uuids.of(moving))
        .execute();
    return moving.size();
  }
}
