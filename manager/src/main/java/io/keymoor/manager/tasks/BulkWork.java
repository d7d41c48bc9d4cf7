package io.keymoor.manager.tasks;

import io.keymoor.manager.domain.Bell;
import io.keymoor.manager.domain.bulk.BulkDriver;
import io.keymoor.manager.domain.port.StorageUnavailable;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives bulk tasks on a thread of its own, as fast as results come in. What is stored goes on when
 * the manager starts again. Started by {@link #start}, stopped by {@link #close}.
 */
public final class BulkWork implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BulkWork.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

  private final BulkDriver driver;
  private final Bell taskNews;
  private final Thread thread;

  public BulkWork(BulkDriver driver, Bell taskNews) {
    this.driver = driver;
    this.taskNews = taskNews;
    this.thread = Thread.ofPlatform().name("bulk").daemon().unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      long heard = taskNews.rings();
      if (!step()) {
        taskNews.await(heard, LOOK_AGAIN);
      }
    }
  }

  private boolean step() {
    try {
      return driver.step();
    } catch (StorageUnavailable away) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.warn("Bulk tasks wait for the database: {}", away.getMessage());
        pause();
      }
      return false;
    } catch (RuntimeException failure) {
      if (!Thread.currentThread().isInterrupted()) {
        LOG.error("A step of the bulk tasks failed; it is made again", failure);
        pause();
      }
      return false;
    }
  }

  /** Whatever failed would fail again at once. */
  private void pause() {
    new Bell().await(0, LOOK_AGAIN);
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(Duration.ofSeconds(10))) {
        LOG.warn("A step of the bulk tasks did not end in time");
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
