package io.keymoor.kms.store;

import io.keymoor.kms.audit.AuditEvent;
import io.keymoor.kms.audit.AuditSink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.JdbiException;

/**
 * The audit of what changed nothing.
 *
 * <p>Changes are audited in the transaction that makes them. Reads and refusals are written in
 * bundles, at most {@link #DELAY} later: killing the node may lose that much of them, and no more.
 * When the database doesn't keep up, {@link #record} waits. Thread-safe.
 */
public final class AuditLog implements AuditSink, AutoCloseable {
  /** How long an event may wait. */
  public static final Duration DELAY = Duration.ofMillis(200);

  private static final int QUEUE = 50_000;
  private static final int BUNDLE = 5_000;

  private final GroupCommit commit;
  private final BlockingQueue<AuditEvent> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicLong lost = new AtomicLong();
  private final Thread writer;
  private volatile boolean closed;

  public AuditLog(GroupCommit commit) {
    this.commit = commit;
    this.writer = Thread.ofPlatform().name("kms-audit").daemon().start(this::writeForEver);
  }

  @Override
  public void record(AuditEvent event) {
    try {
      queue.put(event);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      lost.incrementAndGet();
    }
  }

  /** Events that the database did not take since this node started; for metrics. */
  public long lost() {
    return lost.get();
  }

  private void writeForEver() {
    List<AuditEvent> bundle = new ArrayList<>();
    while (!closed || !queue.isEmpty()) {
      try {
        AuditEvent first = queue.poll(1, TimeUnit.SECONDS);
        if (first == null) {
          continue;
        }
        bundle.add(first);
        if (!closed && queue.size() < BUNDLE) {
          TimeUnit.MILLISECONDS.sleep(DELAY.toMillis() / 2);
        }
      } catch (InterruptedException closing) {
        // What is queued is still written.
      }
      queue.drainTo(bundle, BUNDLE);
      write(bundle);
      bundle.clear();
    }
  }

  private void write(List<AuditEvent> bundle) {
    if (bundle.isEmpty()) {
      return;
    }
    try {
      commit.record(bundle);
    } catch (JdbiException silent) {
      lost.addAndGet(bundle.size());
    }
  }

  @Override
  public void close() {
    closed = true;
    writer.interrupt();
    try {
      writer.join();
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }
}
