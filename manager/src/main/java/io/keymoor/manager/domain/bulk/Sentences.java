package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.Host;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.UUID;

/** What people read about bulk work. */
final class Sentences {
  static final String NOT_ENCRYPTED = "Nothing of it is encrypted.";

  private Sentences() {}

  static String gone() {
    return "It is not in the inventory any more.";
  }

  static String moved() {
    return "It was under that provider already.";
  }

  static String absent(Host host) {
    return "libvirt on host "
        + host.name()
        + " does not have it any more. It is as it was. Bring it back there, or unregister it.";
  }

  static String locked(String reason) {
    return "It is locked, and stays as it is: "
        + reason
        + (reason.endsWith(".") ? "" : ".")
        + " Unlock it, then try again.";
  }

  static String busy(String task) {
    return "Task " + task + " was at work on it. It is as that task leaves it. Try again after it.";
  }

  static String busyNow() {
    return "Another task was at work on it. It is as that task leaves it. Try again after it.";
  }

  static String silent(Host host) {
    return "Host "
        + host.name()
        + host.lastSeen()
            .map(seen -> " has not been heard of since " + seen.truncatedTo(ChronoUnit.SECONDS))
            .orElse(" has never connected")
        + ". Nothing was started. Try again when it is back.";
  }

  static String wentAway(Host host) {
    return "Host "
        + host.name()
        + " has it and went away: it may be done. When the host is back it finishes it, and this"
        + " result follows.";
  }

  static String notConfirmed() {
    return "Its host said it was done, but reports it under another provider. See its parts, and"
        + " its host's log; then try again.";
  }

  static String done(Bulk bulk) {
    Bulk.Counts counts = bulk.counts();
    String skipped = counts.skipped() == 0 ? "" : ", " + counts.skipped() + " had nothing to do";
    return switch (bulk.request().kind()) {
      case REKEY -> counts.ok() + " of " + counts.total() + " VMs are rekeyed" + skipped + ".";
      case CHANGE_PROVIDER ->
          counts.total() == 0
              ? "Everything was under it already."
              : counts.ok() + " objects are under it, confirmed by their hosts" + skipped + ".";
    };
  }

  /**
   * @param away how many of the failed ones are with hosts that went away
   */
  static String incomplete(Bulk bulk, int away) {
    Bulk.Counts counts = bulk.counts();
    return String.format(
        Locale.ROOT,
        "%d of %d are done, %d failed, %d had nothing to do; what failed is as it was%s. See why:"
            + " keymoor task items %s --state failed. Try those again: keymoor task resume %s",
        counts.ok(),
        counts.total(),
        counts.failed(),
        counts.skipped(),
        away == 0 ? "" : ", but for " + away + " that hosts which went away may have done",
        bulk.id(),
        bulk.id());
  }

  static String doneLate(Bulk bulk) {
    Bulk.Counts counts = bulk.counts();
    return counts.ok()
        + " of "
        + counts.total()
        + " are done, the last of them after this task had ended. Have the hosts confirm that: "
        + resume(bulk.id());
  }

  static String stopped(Bulk bulk) {
    return progress(bulk) + "It was cancelled. Go on with the rest: " + resume(bulk.id());
  }

  static String broken(Bulk bulk, String reason) {
    return progress(bulk)
        + reason
        + " When that is over, go on with the rest: "
        + resume(bulk.id());
  }

  /** What was said when {@code before} ended early, with the counts of now. */
  static String counted(String sentence, Bulk before, Bulk now) {
    String counts = progress(before);
    return sentence.startsWith(counts)
        ? progress(now) + sentence.substring(counts.length())
        : sentence;
  }

  private static String progress(Bulk bulk) {
    Bulk.Counts counts = bulk.counts();
    return counts.ok()
        + " of "
        + counts.total()
        + " are done, "
        + counts.failed()
        + " failed, the rest is as it was. ";
  }

  private static String resume(UUID id) {
    return "keymoor task resume " + id;
  }
}
