package io.keymoor.host.vm;

import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import io.keymoor.provider.record.RecordKeys;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
   * The record with pending entries for parts that get a new DEK, and every other part under the
   * same provider wrapped anew under the same key: the parts of a VM share one key per provider
   * (R8).
   *
   * @param images by part the name of the image, or of the home's directory
   */
  KeyRecord pending(IssuedKey key, Map<String, SecretBytes> deks, Map<String, String> images) {
    List<PartKeys> changed = new ArrayList<>(rewrapped(key, deks.keySet(), Set.of()));
    deks.forEach((part, dek) -> {
      KeyEntry entry =
          entry(key, part, dek, UUID.randomUUID(), Optional.ofNullable(images.get(part)));
      changed.add(
          base.part(part)
              .map(known -> known.withPending(entry))
              .orElseGet(() -> PartKeys.beginning(part, entry)));
    });
    return RecordKeys.seal(
        base.next(name, tools.now(), changed), RecordKeys.with(key, tools.keys()));
  }

  /**
   * The record once parts have new DEKs, as {@link #pending} and {@link #committed} in one.
   *
   * @param moved parts that keep their DEK and come under the key, whatever their provider
   */
  KeyRecord switched(
      IssuedKey key, Map<String, SecretBytes> deks, Map<String, String> images, Set<String> moved) {
    List<PartKeys> changed = new ArrayList<>(rewrapped(key, deks.keySet(), moved));
    deks.forEach((part, dek) -> {
      KeyEntry entry =
          entry(key, part, dek, UUID.randomUUID(), Optional.ofNullable(images.get(part)));
      changed.add(
          base.part(part)
              .map(known -> known.rekeyed(entry))
              .orElseGet(() -> PartKeys.encrypted(part, entry)));
    });
    return RecordKeys.seal(
        base.next(name, tools.now(), changed), RecordKeys.with(key, tools.keys()));
  }

  private KeyEntry entry(
      IssuedKey key, String part, SecretBytes dek, UUID secret, Optional<String> image) {
    return RecordKeys.wrap(vm, part, base.generation() + 1, key, dek, tools.now(), secret, image);
  }

  private List<PartKeys> rewrapped(IssuedKey key, Set<String> without, Set<String> moved) {
    List<PartKeys> rewrapped = new ArrayList<>();
    for (PartKeys part : base.parts()) {
      if (without.contains(part.part())) {
        continue;
      }
      KeyEntry old = part.current().orElseThrow();
      boolean sharing =
          old.provider().id().equals(key.provider().id()) || moved.contains(part.part());
      boolean there = Parts.isUnder(old, key.provider().id(), key.id());
      if (sharing && !there) {
        try (SecretBytes dek = RecordKeys.unwrap(vm, part.part(), old, tools.keys())) {
          rewrapped.add(part.rekeyed(entry(key, part.part(), dek, old.secretId(), old.image())));
        }
      }
    }
    return rewrapped;
  }

  /**
   * The record with a pending entry for one part and everything else as it is: a roll-back forgets
   * the entry, and all is as before.
   */
  KeyRecord announced(IssuedKey key, String part, SecretBytes dek, String image) {
    KeyEntry entry = entry(key, part, dek, UUID.randomUUID(), Optional.of(image));
    PartKeys announced =
        base.part(part)
            .map(known -> known.withPending(entry))
            .orElseGet(() -> PartKeys.beginning(part, entry));
    return RecordKeys.seal(
        base.next(name, tools.now(), List.of(announced)), RecordKeys.with(key, tools.keys()));
  }

  /** The record once the one pending entry is committed; other parts come under its key, too. */
  KeyRecord announcedCommitted(String part, IssuedKey key) {
    List<PartKeys> changed = new ArrayList<>(rewrapped(key, Set.of(part), Set.of()));
    changed.add(base.part(part).orElseThrow().committed());
    return RecordKeys.seal(
        base.next(name, tools.now(), changed), RecordKeys.with(key, tools.keys()));
  }

  /** The record once pending entries are forgotten; empty when no part is left. */
  Optional<KeyRecord> forgotten() {
    KeyRecord rest = base.rolledBack(tools.now());
    return rest.parts().isEmpty()
        ? Optional.empty()
        : Optional.of(RecordKeys.seal(rest, tools.keys()));
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
