package io.keymoor.host.vm;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Makes the records that changes of a VM need. */
final class NewRecords {
  private static final int DEK_BYTES = 32;

  private final VmTools tools;
  private final UUID vm;
  private final String name;
  private final KeyRecord base;

  /**
   * Records that follow {@code present}. A VM without a record starts above the generations that
   * this host saw of it, so that none of its former records looks newer.
   */
  NewRecords(VmTools tools, UUID vm, String name, Optional<KeyRecord> present) {
    this.tools = tools;
    this.vm = vm;
    this.name = name;
    this.base =
        present.orElseGet(() ->
            new KeyRecord(
                vm,
                KeyRecord.ObjectType.VM,
                name,
                tools.seen().seen(vm),
                tools.now(),
                List.of(),
                List.of()));
  }

  SecretBytes newDek() {
    return SecretBytes.random(DEK_BYTES, tools.random());
  }

  /**
   * The record with pending entries for new parts, and every part under the same provider wrapped
   * anew under the same key: the parts of a VM share one key per provider (R8).
   *
   * @param images by part the name of the image, or of the home's directory
   */
  KeyRecord pending(IssuedKey key, Map<String, SecretBytes> deks, Map<String, String> images) {
    Instant now = tools.now();
    long generation = base.generation() + 1;
    List<PartKeys> changed = new ArrayList<>(sharing(key, generation, now));
    deks.forEach((part, dek) ->
        changed.add(
            PartKeys.beginning(
                part,
                RecordKeys.wrap(
                    vm,
                    part,
                    generation,
                    key,
                    dek,
                    now,
                    UUID.randomUUID(),
                    Optional.ofNullable(images.get(part))))));
    return RecordKeys.seal(base.next(name, now, changed), RecordKeys.with(key, tools.keys()));
  }

  private List<PartKeys> sharing(IssuedKey key, long generation, Instant now) {
    List<PartKeys> rewrapped = new ArrayList<>();
    for (PartKeys part : base.parts()) {
      KeyEntry old = part.current().orElseThrow();
      if (old.provider().id().equals(key.provider().id())) {
        try (SecretBytes dek = RecordKeys.unwrap(vm, part.part(), old, tools.keys())) {
          rewrapped.add(
              part.rekeyed(
                  RecordKeys.wrap(
                      vm, part.part(), generation, key, dek, now, old.secretId(), old.image())));
        }
      }
    }
    return rewrapped;
  }

  /** The record once what is pending in {@code pending} is committed. */
  KeyRecord committed(KeyRecord pending, IssuedKey key) {
    return RecordKeys.seal(pending.committed(tools.now()), RecordKeys.with(key, tools.keys()));
  }

  /** The record without these parts; empty when none is left. */
  Optional<KeyRecord> without(List<String> parts) {
    KeyRecord rest = base.nextWithout(name, tools.now(), parts);
    return rest.parts().isEmpty()
        ? Optional.empty()
        : Optional.of(RecordKeys.seal(rest, tools.keys()));
  }

  /** The generation of the next record, also when there is to be none. */
  long nextGeneration() {
    return base.generation() + 1;
  }
}
