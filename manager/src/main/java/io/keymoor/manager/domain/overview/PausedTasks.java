package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Pauses that somebody may have forgotten: nothing ends one by itself (decision 70). */
final class PausedTasks {
  private static final Duration LONG = Duration.ofDays(1);

  private PausedTasks() {}

  static List<Alarm> in(Stores stores, Instant now) {
    return stores.tasks().pausedBefore(now.minus(LONG)).stream().map(PausedTasks::alarm).toList();
  }

  private static Alarm alarm(Task task) {
    Instant since = task.pauseRequested().orElseThrow();
    return new Alarm(
        Alarm.Severity.WARNING,
        "task_paused",
        task.object(),
        "Task "
            + task.id()
            + " was paused at "
            + since.truncatedTo(ChronoUnit.SECONDS)
            + " and not resumed. Until it has ended, the VM is not powered on or off or changed by"
            + " Keymoor otherwise. Let it go on: keymoor task resume "
            + task.id()
            + ", or cancel it: keymoor task cancel "
            + task.id());
  }
}
