package io.keymoor.manager.tasks;

import io.keymoor.manager.domain.Downloads;
import io.keymoor.manager.domain.Estate;
import io.keymoor.manager.domain.KmsServices;
import io.keymoor.manager.domain.Tasks;
import io.keymoor.manager.domain.port.StorageUnavailable;
import java.time.Duration;
import java.util.ArrayList;
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
  private static final Duration SELDOM = Duration.ofSeconds(30);

  private final Tasks tasks;
  private final Estate estate;
  private final KmsServices kms;
  private final Downloads downloads;
  private final Duration reconciliation;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("rounds").factory());

  /** A KMS that doesn't answer must not hold up the other rounds. */
  private final ScheduledExecutorService kmsTimer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("kms-rounds").factory());

  /** Only its round's thread uses it. */
  private final Set<String> complained = new HashSet<>();

  /** Only its round's thread uses it. */
  private final Set<String> complainedOfKms = new HashSet<>();

  public Rounds(
      Tasks tasks, Estate estate, KmsServices kms, Downloads downloads, Duration reconciliation) {
    this.tasks = tasks;
    this.estate = estate;
    this.kms = kms;
    this.downloads = downloads;
    this.reconciliation = reconciliation;
  }

  public void start() {
    every(timer, OFTEN, "tasks", tasks::failUnreachable);
    every(timer, OFTEN, "downloads", downloads::forgetOld);
    every(timer, reconciliation, "reconciliation", () -> complain(estate.reconcile(), complained));
    every(kmsTimer, reconciliation, "KMS", this::lookAtKms);
    every(kmsTimer, OFTEN, "rotations", kms.rotations()::drive);
    every(kmsTimer, SELDOM, "fetched keys", kms.keys()::attend);
  }

  private void lookAtKms() {
    List<String> wrong = new ArrayList<>(kms.providers().checkAll());
    wrong.addAll(kms.upkeep().round());
    complain(wrong, complainedOfKms);
  }

  /** Makes one more round, after every {@code pause}. */
  public void also(Duration pause, String name, Runnable round) {
    every(timer, pause, name, round);
  }

  private static void complain(List<String> wrong, Set<String> before) {
    wrong.stream().filter(sentence -> !before.contains(sentence)).forEach(LOG::warn);
    before.clear();
    before.addAll(wrong);
  }

  private static void every(
      ScheduledExecutorService timer, Duration pause, String name, Runnable round) {
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              try {
                round.run();
              } catch (StorageUnavailable away) {
                if (!timer.isShutdown()) {
                  LOG.warn("The round \"{}\" waits for the database: {}", name, away.getMessage());
                }
              } catch (RuntimeException failure) {
                if (timer.isShutdown()) {
                  return;
                }
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
    kmsTimer.shutdownNow();
    try {
      if (!timer.awaitTermination(10, TimeUnit.SECONDS)
          || !kmsTimer.awaitTermination(10, TimeUnit.SECONDS)) {
        LOG.warn("A round did not end in time");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
