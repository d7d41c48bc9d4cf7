package io.keymoor.kms.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/** Work done over and over on several connections for a while. */
final class Load {
  private static final long WARM_UP_NANOS = 5_000_000_000L;
  private static final long MEASURE_NANOS = 8_000_000_000L;

  private Load() {}

  /** One thing done once. */
  interface Step extends AutoCloseable {
    void run();

    @Override
    default void close() {
      // Nothing to give back.
    }
  }

  /** Steps per second on {@code connections} threads, after a warm-up. */
  static double perSecond(int connections, Supplier<Step> steps) {
    run(connections, steps, WARM_UP_NANOS);
    long started = System.nanoTime();
    long done = run(connections, steps, MEASURE_NANOS);
    return done * 1e9 / (System.nanoTime() - started);
  }

  private static long run(int connections, Supplier<Step> steps, long nanos) {
    LongAdder done = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    for (int i = 0; i < connections; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try (Step step = steps.get()) {
                  while (System.nanoTime() < end) {
                    step.run();
                    done.increment();
                  }
                }
              }));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException stopping) {
        throw new IllegalStateException(stopping);
      }
    }
    return done.sum();
  }
}
