package io.keymoor.provider.record;

import io.keymoor.provider.ProviderException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Which of an object's several copies of its key record is believed (R4).
 *
 * <p>The rule: copies that are damaged, that belong to another object or that fail their MAC are
 * never believed. Of the rest the one with the highest generation is; the others are to be repaired
 * from it. A copy written by a newer software stops the choice, because it may be the newest. A
 * generation below the one that the host saw before stops it too: somebody put an old record back.
 */
public final class RecordChoice {
  private RecordChoice() {}

  /**
   * A copy.
   *
   * @param place where it is, for people
   * @param json what is there
   */
  public record Copy(String place, String json) {}

  /** The outcome. */
  public sealed interface Choice {
    /** There is no copy: the object is not encrypted. */
    record None() implements Choice {}

    /**
     * Believe {@code record}.
     *
     * @param record the record
     * @param verified false when none of its keys can be had, so that its MAC was not checked; its
     *     DEKs cannot be had either then
     * @param repair places whose copy is another one and should be written anew
     */
    record Chosen(KeyRecord record, boolean verified, List<String> repair) implements Choice {
      public Chosen {
        repair = List.copyOf(repair);
      }
    }

    /**
     * Believe none.
     *
     * @param code stable: key_record_damaged, key_record_newer, key_record_rolled_back
     * @param sentence why, and what to do
     */
    record Refused(String code, String sentence) implements Choice {}
  }

  /**
   * Chooses.
   *
   * @param object the object whose record it must be
   * @param copies what was found, the most trusted place first
   * @param keks for checking MACs
   * @param seen the highest generation that this host saw before, 0 for none
   */
  public static Choice choose(UUID object, List<Copy> copies, KekSource keks, long seen) {
    if (copies.isEmpty()) {
      return new Choice.None();
    }
    List<Candidate> candidates = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (Copy copy : copies) {
      try {
        candidate(object, copy, keks, faults).ifPresent(candidates::add);
      } catch (ProviderException.RecordFromNewerVersion newer) {
        return new Choice.Refused(
            newer.code(), "The copy in " + copy.place() + ": " + newer.getMessage());
      }
    }
    Optional<Candidate> best =
        candidates.stream()
            .max(
                Comparator.<Candidate>comparingInt(c -> c.verified ? 1 : 0)
                    .thenComparingLong(c -> c.record.generation()));
    if (best.isEmpty()) {
      return new Choice.Refused(
          "key_record_damaged",
          "No copy of the key record can be believed: "
              + String.join("; ", faults)
              + ". The disks were left as they are. Restore a sidecar file (*.keymoor) from a"
              + " backup.");
    }
    return judge(best.get(), candidates, copies, seen);
  }

  private static Choice judge(
      Candidate best, List<Candidate> candidates, List<Copy> copies, long seen) {
    if (best.record.generation() < seen) {
      return new Choice.Refused(
          "key_record_rolled_back",
          "The key record has generation "
              + best.record.generation()
              + ", older than generation "
              + seen
              + " which this host saw before: its files were restored from a backup, or somebody"
              + " put old ones there. The disks were left as they are. If you restored them,"
              + " unlock with: keymoor vm unlock NAME --accept-older-record");
    }
    List<String> repair = new ArrayList<>();
    for (Copy copy : copies) {
      boolean same =
          candidates.stream()
              .anyMatch(c -> c.place.equals(copy.place()) && c.record.equals(best.record));
      if (!same) {
        repair.add(copy.place());
      }
    }
    return new Choice.Chosen(best.record, best.verified, repair);
  }

  private static Optional<Candidate> candidate(
      UUID object, Copy copy, KekSource keks, List<String> faults) {
    try {
      KeyRecord record = KeyRecordCodec.read(copy.json());
      if (!record.objectId().equals(object)) {
        faults.add("the copy in " + copy.place() + " belongs to another object");
        return Optional.empty();
      }
      if (record.sealingKeys().isEmpty()) {
        // Nobody wrote it with a key, and its generation could outbid every genuine record for
        // good.
        faults.add("the copy in " + copy.place() + " holds no key");
        return Optional.empty();
      }
      return switch (RecordKeys.verify(record, keks)) {
        case RecordKeys.Verification.Genuine genuine ->
            Optional.of(new Candidate(copy.place(), record, true));
        case RecordKeys.Verification.Unknown unknown ->
            Optional.of(new Candidate(copy.place(), record, false));
        case RecordKeys.Verification.Tampered tampered -> {
          faults.add("the copy in " + copy.place() + " was changed by somebody without the key");
          yield Optional.empty();
        }
      };
    } catch (ProviderException.RecordDamaged damaged) {
      faults.add("the copy in " + copy.place() + " is damaged");
      return Optional.empty();
    }
  }

  private record Candidate(String place, KeyRecord record, boolean verified) {}
}
