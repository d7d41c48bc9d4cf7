package io.keymoor.provider.catalog;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.record.KeyEntry;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.PartKeys;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Exactly what uses a provider (N7).
 *
 * @param objects the objects that need it to be powered on
 */
public record ProviderUsage(List<Use> objects) {
  /** What of an object a provider's keys protect. */
  public enum Kind {
    /** The home only, which is what a vTPM needs. */
    VTPM_ONLY,
    /** Home and disks. */
    WHOLE_VM,
    /** Disks only. */
    DISKS,
    /** A host's own key. */
    HOST
  }

  /**
   * One object.
   *
   * @param object its id
   * @param name its name when its record was written
   * @param parts the parts that need the provider
   * @param keyIds the keys they need
   * @param kind what they are together
   */
  public record Use(UUID object, String name, List<String> parts, Set<KeyId> keyIds, Kind kind) {
    public Use {
      parts = List.copyOf(parts);
      keyIds = Set.copyOf(keyIds);
    }
  }

  public ProviderUsage {
    objects = List.copyOf(objects);
  }

  /** The usage of {@code provider} in {@code records}. */
  public static ProviderUsage of(UUID provider, Collection<KeyRecord> records) {
    List<Use> uses = new ArrayList<>();
    for (KeyRecord record : records) {
      List<String> parts = new ArrayList<>();
      Set<KeyId> keys = new TreeSet<>(java.util.Comparator.comparing(KeyId::text));
      for (PartKeys part : record.parts()) {
        part.current()
            .filter(entry -> entry.provider().id().equals(provider))
            .map(KeyEntry::keyId)
            .ifPresent(key -> {
              parts.add(part.part());
              keys.add(key);
            });
      }
      if (!parts.isEmpty()) {
        uses.add(new Use(record.objectId(), record.objectName(), parts, keys, kind(record, parts)));
      }
    }
    return new ProviderUsage(uses);
  }

  private static Kind kind(KeyRecord record, List<String> parts) {
    if (record.objectType() == KeyRecord.ObjectType.HOST) {
      return Kind.HOST;
    }
    boolean home = parts.contains(PartKeys.HOME);
    if (!home) {
      return Kind.DISKS;
    }
    return parts.size() == 1 ? Kind.VTPM_ONLY : Kind.WHOLE_VM;
  }
}
