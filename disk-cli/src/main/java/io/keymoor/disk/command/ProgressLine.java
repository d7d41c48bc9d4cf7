package io.keymoor.disk.command;

import io.keymoor.disk.engine.ProgressListener;
import java.util.Locale;

/** One line on a terminal that is written over: share, rate, time left. Silent elsewhere. */
final class ProgressLine implements ProgressListener, AutoCloseable {
  private final Console console;
  private final RecentRate recent = new RecentRate(System::nanoTime);
  private boolean shown;

  ProgressLine(Console console) {
    this.console = console;
  }

  @Override
  public void progress(long bytesDone, long bytesTotal) {
    if (!console.terminal() || bytesTotal == 0) {
      return;
    }
    double rate = recent.at(bytesDone);
    long left = rate > 0 ? Math.round((bytesTotal - bytesDone) / rate) : 0;
    console
        .err()
        .printf(
            Locale.ROOT,
            "\r%3d %%  %s/s  %d s left   ",
            bytesDone * 100 / bytesTotal,
            Sizes.show((long) rate),
            left);
    console.err().flush();
    shown = true;
  }

  /** Leaves the line to what is printed next. */
  void clear() {
    if (shown) {
      shown = false;
      console.err().print("\r" + " ".repeat(50) + "\r");
      console.err().flush();
    }
  }

  @Override
  public void close() {
    clear();
  }
}
