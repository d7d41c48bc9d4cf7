package io.keymoor.systemtests.crash;

import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * One end of the agent.
 *
 * @param point where it dies
 * @param guestRuns whether the guest runs meanwhile
 */
record Fatality(CrashPoint point, boolean guestRuns) {

  /**
   * Every point that a forward operation reaches, in an order in which each operation undoes what
   * the one before did, and hardly two neighbours are of one kind: an agent that comes back to
   * finish one operation can be told already to die in the next.
   */
  static List<Fatality> all() {
    List<Fatality> all = new ArrayList<>();
    for (int i = 0; i < CrashPoint.values().length; i++) {
      add(all, Operation.Kind.ENCRYPT, i, false);
      add(all, Operation.Kind.DECRYPT, i, false);
    }
    all.addAll(rewriting());
    for (int i = 0; i < CrashPoint.values().length; i++) {
      add(all, Operation.Kind.REKEY, i, false);
      add(all, Operation.Kind.ADD_VTPM, i, false);
      add(all, Operation.Kind.REKEY, i, true);
      add(all, Operation.Kind.REMOVE_VTPM, i, false);
    }
    return all;
  }

  /**
   * Of what writes all data anew, a point on each side of each commit: module host kills at all of
   * them.
   */
  private static List<Fatality> rewriting() {
    return List.of(
        new Fatality(CrashPoint.LIVE_ENCRYPT_COMMITTED, true),
        new Fatality(CrashPoint.LIVE_REKEY_COPYING, true),
        new Fatality(CrashPoint.DEEP_REKEY_DISK_COPIED, false),
        new Fatality(CrashPoint.LIVE_REKEY_SWITCHING, true),
        new Fatality(CrashPoint.LIVE_DECRYPT_RECORD_COMMITTED, true),
        new Fatality(CrashPoint.LIVE_ENCRYPT_COPYING, true),
        new Fatality(CrashPoint.LIVE_REKEY_COMMITTED, true),
        new Fatality(CrashPoint.DEEP_REKEY_COMMITTED, false),
        new Fatality(CrashPoint.IN_PLACE_REKEY_CONVERTING, false));
  }

  private static void add(List<Fatality> all, Operation.Kind kind, int index, boolean guestRuns) {
    List<CrashPoint> points =
        Arrays.stream(CrashPoint.values())
            .filter(point ->
                point.kind().equals(Optional.of(kind)) && !point.name().endsWith("_ROLLING_BACK"))
            .toList();
    if (index < points.size()) {
      all.add(new Fatality(points.get(index), guestRuns));
    }
  }

  /** Whether the disk has to be in clear before; the home of an encrypted VM is never removed. */
  boolean beginsInClear() {
    return kind().oldInClear() || point == CrashPoint.REMOVE_VTPM_HOME_REMOVED;
  }

  Operation.Kind kind() {
    return point.kind().orElseThrow();
  }

  @Override
  public String toString() {
    return guestRuns ? point + " while the guest runs" : point.name();
  }
}
