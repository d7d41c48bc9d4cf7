package io.keymoor.disk.inplace;

import io.keymoor.disk.engine.CancelToken;

/** Cancels when so many strides are on the disk. */
final class CancelAfter implements Background {
  private final CancelToken stop;
  private int left;

  CancelAfter(int strides, CancelToken stop) {
    this.left = strides;
    this.stop = stop;
  }

  @Override
  public void submit(Runnable task) {
    task.run();
    left--;
    if (left == 0) {
      stop.cancel();
    }
  }

  @Override
  public void awaitAtMost(int outstanding) {}

  @Override
  public void close() {}
}
