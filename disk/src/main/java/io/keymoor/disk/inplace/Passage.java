package io.keymoor.disk.inplace;

import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.engine.Pace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Moves a disk from one place in its file to another, a stride at a time.
 *
 * <p>Sync points. After each stride, in the background: sync, then write the record that counts the
 * stride as moved. The next sync makes that record durable. A stride is written over what was moved
 * {@link Layout#STRIDES_IN_GAP} strides before; so it waits until no more than two syncs are
 * outstanding, when the record of that one is durable. What is written meanwhile lies in the gap
 * that the last durable record leaves free.
 */
final class Passage {
  private static final int CHUNK = 256 * 1024;
  private static final int MOST_OUTSTANDING = Layout.STRIDES_IN_GAP - 2;

  /** One place of the disk, and how its bytes look there. */
  record Place(long offset, SectorCipher cipher) {}

  private final ImageStorage image;
  private final Place origin;
  private final Place destination;
  private final int stride;
  private final Pace pace;
  private final Workers workers;

  /** Who moves the chunks of a stride. */
  record Workers(Executor executor, int count) {}

  Passage(
      ImageStorage image, Place origin, Place destination, int stride, Pace pace, Workers workers) {
    this.image = image;
    this.origin = origin;
    this.destination = destination;
    this.stride = stride;
    this.pace = pace;
    this.workers = workers;
  }

  /**
   * Moves everything between the watermarks and returns once it is durable, with its last record
   * written. Whatever this throws, the records written so far are true.
   */
  void run(long watermark, long goal, Background background, LongConsumer record) {
    long at = watermark;
    try {
      while (at != goal) {
        pace.stopIfCancelled();
        background.awaitAtMost(MOST_OUTSTANDING);
        long next = next(at, goal);
        move(Math.min(at, next), Math.max(at, next));
        background.submit(() -> {
          image.syncData();
          record.accept(next);
        });
        at = next;
      }
    } finally {
      background.awaitAtMost(0);
    }
    image.syncData();
  }

  private long next(long at, long goal) {
    return destination.offset() > origin.offset()
        ? Math.max(goal, (at - 1) / stride * stride)
        : Math.min(goal, (at / stride + 1) * stride);
  }

  private void move(long start, long end) {
    AtomicLong cursor = new AtomicLong(start);
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int i = 1; i < workers.count(); i++) {
      running.add(CompletableFuture.runAsync(() -> moveChunks(cursor, end), workers.executor()));
    }
    try {
      moveChunks(cursor, end);
    } finally {
      cursor.set(end);
      for (CompletableFuture<Void> worker : running) {
        await(worker);
      }
    }
  }

  static void await(CompletableFuture<Void> worker) {
    try {
      worker.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error cause -> throw cause;
        case null, default -> throw e;
      }
    }
  }

  private void moveChunks(AtomicLong cursor, long end) {
    byte[] chunk = new byte[CHUNK];
    for (long at = cursor.getAndAdd(CHUNK); at < end; at = cursor.getAndAdd(CHUNK)) {
      int length = (int) Math.min(CHUNK, end - at);
      image.read(origin.offset() + at, chunk, 0, length);
      origin.cipher().decrypt(at, chunk, 0, length);
      destination.cipher().encrypt(at, chunk, 0, length);
      image.write(destination.offset() + at, chunk, 0, length);
      pace.advance(length);
    }
  }
}
