package io.keymoor.provider.record;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Which keys an object needs. Immutable; every change makes a record of the next generation, to be
 * sealed by {@link RecordKeys#seal} before it is written anywhere.
 *
 * @param objectId the object, for a VM its libvirt UUID
 * @param objectType VM or host
 * @param objectName its name when the record was written
 * @param generation grows by one with every change; an older record is a rolled-back one
 * @param written when
 * @param parts the encrypted parts, and those with a change begun
 * @param macs one per distinct key of current and pending entries; empty until sealed
 */
public record KeyRecord(
    UUID objectId,
    ObjectType objectType,
    String objectName,
    long generation,
    Instant written,
    List<PartKeys> parts,
    List<RecordMac> macs) {
  /** Kinds of object. */
  public enum ObjectType {
    VM,
    HOST
  }

  public KeyRecord {
    parts = parts.stream().filter(part -> !part.isEmpty()).toList();
    macs = List.copyOf(macs);
    if (generation < 0) {
      throw new IllegalArgumentException("generations are not negative");
    }
    if (parts.stream().map(PartKeys::part).distinct().count() != parts.size()) {
      throw new IllegalArgumentException("a part is listed twice");
    }
  }

  /** The record of an object that has none yet. */
  public static KeyRecord none(UUID object, ObjectType type, String name, Instant now) {
    return new KeyRecord(object, type, name, 0, now, List.of(), List.of());
  }

  /** The part with this name, when the record knows it. */
  public Optional<PartKeys> part(String name) {
    return parts.stream().filter(part -> part.part().equals(name)).findFirst();
  }

  /** The entry that opens the part now. */
  public Optional<KeyEntry> current(String part) {
    return part(part).flatMap(PartKeys::current);
  }

  /** Whether any part is encrypted. */
  public boolean encrypted() {
    return parts.stream().anyMatch(part -> part.current().isPresent());
  }

  /** Whether a change has begun and is neither committed nor rolled back. */
  public boolean hasPending() {
    return parts.stream().anyMatch(part -> part.pending().isPresent());
  }

  /** The distinct keys that the object needs as it is. */
  public Set<KeyReference> currentKeys() {
    return keys(parts.stream().flatMap(part -> part.current().stream()));
  }

  /** The distinct keys under which this record is sealed. */
  public Set<KeyReference> sealingKeys() {
    return keys(
        parts.stream()
            .flatMap(part -> Stream.concat(part.current().stream(), part.pending().stream())));
  }

  /** The next generation, with these parts in place of those of the same name. Not sealed. */
  public KeyRecord next(String name, Instant now, List<PartKeys> changed) {
    List<PartKeys> merged = new ArrayList<>(parts);
    for (PartKeys part : changed) {
      merged.removeIf(old -> old.part().equals(part.part()));
      merged.add(part);
    }
    return new KeyRecord(objectId, objectType, name, generation + 1, now, merged, List.of());
  }

  /** The next generation without the named parts. Not sealed. */
  public KeyRecord nextWithout(String name, Instant now, List<String> removed) {
    List<PartKeys> kept = parts.stream().filter(part -> !removed.contains(part.part())).toList();
    return new KeyRecord(objectId, objectType, name, generation + 1, now, kept, List.of());
  }

  /** The next generation with every begun change committed. Not sealed. */
  public KeyRecord committed(Instant now) {
    return next(objectName, now, parts.stream().map(PartKeys::committed).toList());
  }

  /** The next generation with every begun change forgotten. Not sealed. */
  public KeyRecord rolledBack(Instant now) {
    return next(objectName, now, parts.stream().map(PartKeys::rolledBack).toList());
  }

  KeyRecord withMacs(List<RecordMac> sealed) {
    return new KeyRecord(objectId, objectType, objectName, generation, written, parts, sealed);
  }

  private static Set<KeyReference> keys(Stream<KeyEntry> entries) {
    Set<KeyReference> keys = new LinkedHashSet<>();
    entries.map(KeyEntry::key).forEach(keys::add);
    return keys;
  }
}
