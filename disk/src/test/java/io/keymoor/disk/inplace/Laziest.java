package io.keymoor.disk.inplace;

import java.util.ArrayDeque;
import java.util.Deque;

/** Postpones every sync as long as it may: the most is unsynced at any time. */
final class Laziest implements Background {
  private final Deque<Runnable> waiting = new ArrayDeque<>();

  @Override
  public void submit(Runnable task) {
    waiting.add(task);
  }

  @Override
  public void awaitAtMost(int outstanding) {
    while (waiting.size() > outstanding) {
      waiting.remove().run();
    }
  }

  @Override
  public void close() {}
}
