package io.keymoor.kms.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Cuts off what is late, looking four times a second. Thread-safe. */
final class Watch implements AutoCloseable {
  private static final long LOOK_MILLISECONDS = 250;

  private final Set<Watched> watched = ConcurrentHashMap.newKeySet();
  private final Thread thread;

  /** Something with a deadline. */
  interface Watched {
    /** Whether the deadline is over; {@code now} as of {@link System#nanoTime}. */
    boolean isLate(long now);

    /** Ends it, without waiting. */
    void cut();
  }

  Watch() {
    thread = Thread.ofPlatform().name("kms-watch").daemon().start(this::look);
  }

  void add(Watched one) {
    watched.add(one);
  }

  void remove(Watched one) {
    watched.remove(one);
  }

  int size() {
    return watched.size();
  }

  Set<Watched> all() {
    return watched;
  }

  private void look() {
    try {
      while (true) {
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLISECONDS);
        long now = System.nanoTime();
        watched.stream().filter(one -> one.isLate(now)).forEach(Watched::cut);
      }
    } catch (InterruptedException closing) {
      // The end.
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
