package io.keymoor.disk.inplace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Runs tasks one after the other while its owner goes on; tests replace it to make the worst of it.
 * Used by one thread.
 */
interface Background extends AutoCloseable {
  void submit(Runnable task);

  /** Returns once no more than {@code outstanding} tasks are unfinished; throws what one threw. */
  void awaitAtMost(int outstanding);

  @Override
  void close();

  /** Does each task before it returns. */
  Background AT_ONCE =
      new Background() {
        @Override
        public void submit(Runnable task) {
          task.run();
        }

        @Override
        public void awaitAtMost(int outstanding) {}

        @Override
        public void close() {}
      };

  /** One thread of its own. */
  final class OneThread implements Background {
    private final ExecutorService thread =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().name("disk-sync").daemon().factory());
    private final Deque<CompletableFuture<Void>> running = new ArrayDeque<>();

    @Override
    public void submit(Runnable task) {
      running.add(CompletableFuture.runAsync(task, thread));
    }

    @Override
    public void awaitAtMost(int outstanding) {
      while (running.size() > outstanding) {
        try {
          running.remove().join();
        } catch (CompletionException e) {
          switch (e.getCause()) {
            case RuntimeException cause -> throw cause;
            case Error cause -> throw cause;
            case null, default -> throw e;
          }
        }
      }
    }

    @Override
    public void close() {
      thread.close();
    }
  }
}
