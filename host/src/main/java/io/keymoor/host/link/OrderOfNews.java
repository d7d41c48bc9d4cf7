package io.keymoor.host.link;

import io.keymoor.protocol.HostReport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What the manager knows of a VM never goes back: a report that was made before a command ended
 * does not come after the command's outcome, or a VM that was just started would be off again until
 * the next report, and one that was rekeyed under its old key. Where the manager does not answer in
 * time nobody knows in which order it took what was sent; the report that follows sets it right.
 * Thread-safe.
 */
final class OrderOfNews {
  /**
   * So often a report is made anew because outcomes were told meanwhile; then these wait for it.
   */
  private static final int TRIES = 3;

  /** Fair: neither reports nor outcomes take all turns. */
  private final ReentrantLock telling = new ReentrantLock(true);

  private long outcomes;

  /** Sends news; throws when the manager did not take it. */
  @FunctionalInterface
  interface Send {
    Object send() throws LinkFailure, InterruptedException;
  }

  /** Sends a report; throws when the manager did not take it. */
  @FunctionalInterface
  interface SendReport<T> {
    T send(HostReport report) throws LinkFailure, InterruptedException;
  }

  /** Tells outcomes, not while a report is told. */
  void outcome(Send send) throws LinkFailure, InterruptedException {
    telling.lock();
    try {
      outcomes++;
      send.send();
    } finally {
      telling.unlock();
    }
  }

  /**
   * Makes a report and tells it. Making one asks libvirt, which may take its time: outcomes don't
   * wait for that as long as some are made without any being told.
   */
  <T> T report(Supplier<HostReport> make, SendReport<T> send)
      throws LinkFailure, InterruptedException {
    for (int i = 1; i < TRIES; i++) {
      long before = told();
      HostReport report = make.get();
      telling.lock();
      try {
        if (outcomes == before) {
          return send.send(report);
        }
      } finally {
        telling.unlock();
      }
    }
    telling.lock();
    try {
      return send.send(make.get());
    } finally {
      telling.unlock();
    }
  }

  private long told() {
    telling.lock();
    try {
      return outcomes;
    } finally {
      telling.unlock();
    }
  }
}
