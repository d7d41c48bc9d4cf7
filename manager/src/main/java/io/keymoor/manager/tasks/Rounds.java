package io.keymoor.manager.tasks;

import io.keymoor.manager.domain.Downloads;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.Tasks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The manager's rounds. One that fails is logged and made again; several managers on one database
 * may make them at once. Started by {@link #start}, stopped by {@link #close}.
 */
public final class Rounds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
  private static final Duration OFTEN = Duration.ofSeconds(1);

  private final Tasks tasks;
  private final Estate estate;
  private final Downloads downloads;
  private final Duration reconciliation;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rounds").factory());

  /** Only the timer's thread uses it. */
  private final Set<String> complained = new HashSet<>();

  public Rounds(Tasks tasks, Estate estate, Downloads downloads, Duration reconciliation) {
    this.tasks = tasks;
    this.estate = estate;
    this.downloads = downloads;
    this.reconciliation = reconciliation;
  }

  public void start() {
    every(OFTEN, "tasks", tasks::failUnreachable);
    every(OFTEN, "downloads", downloads::forgetOld);
    every(reconciliation, "reconciliation", this::reconcile);
  }

  private void reconcile() {
    List<String> wrong = estate.reconcile();
    wrong.stream().filter(sentence -> !complained.contains(sentence)).forEach(LOG::warn);
    complained.clear();
    complained.addAll(wrong);
  }

  /** Makes one more round, after every {@code pause}. */
  public void also(Duration pause, String name, Runnable round) {
    every(pause, name, round);
  }

  private void every(Duration pause, String name, Runnable round) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                round.run();
              } catch (RuntimeException failure) {
                // The timer would never run it again.
                LOG.error("The round \"{}\" failed; it is made again", name, failure);
              }
            },
            pause.toMillis(),
            pause.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("A round did not end in time");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
