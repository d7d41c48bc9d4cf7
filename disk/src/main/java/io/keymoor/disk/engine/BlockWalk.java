package io.keymoor.disk.engine;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException;
import io.keymoor.disk.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Carries every chunk of a disk past a {@link Chunks} by several workers.
 *
 * <p>Chunks are handed out in ascending order and are aligned; known holes are skipped where the
 * caller can do without them. Workers are platform threads: they compute for minutes, and virtual
 * threads, which share a few carriers and are not preempted, would starve everything else in the
 * process meanwhile.
 */
final class BlockWalk {
  /** Small enough for the second-level cache, large enough to make system calls cheap. */
  private static final int USUAL_CHUNK = 256 * 1024;

  private static final int MOST_WORKERS = 8;

  /** What is done with a chunk; called by several workers at once. */
  @FunctionalInterface
  interface Chunks {
    void accept(long position, byte[] chunk, int length);
  }

  private final BlockSource source;
  private final int alignment;
  private final int chunkBytes;
  private final boolean skipHoles;
  private final Pace pace;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private long cursor;

  /**
   * A walk over {@code source}.
   *
   * @param alignment positions are multiples of this power of two
   * @param skipHoles whether runs that are known to be zeros are left out
   */
  BlockWalk(BlockSource source, int alignment, boolean skipHoles, Pace pace) {
    this.source = source;
    this.alignment = Math.max(alignment, Granules.BYTES);
    this.chunkBytes = Math.max(Math.max(USUAL_CHUNK, this.alignment), source.granularity());
    this.skipHoles = skipHoles;
    this.pace = pace;
  }

  /** Returns when all chunks are done; throws what the first failing worker threw. */
  void run(Chunks chunks) {
    int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_WORKERS);
    List<Thread> workers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      workers.add(Thread.ofPlatform().name("disk-worker-", i).daemon().start(() -> work(chunks)));
    }
    workers.forEach(this::join);
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private void work(Chunks chunks) {
    byte[] buffer = new byte[(int) Math.min(chunkBytes, source.sizeBytes())];
    try {
      for (long at = next(); at >= 0 && failure.get() == null; at = next()) {
        pace.stopIfCancelled();
        int length = (int) Math.min(chunkBytes - at % chunkBytes, source.sizeBytes() - at);
        source.read(at, buffer, 0, length);
        chunks.accept(at, buffer, length);
        pace.advance(length);
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
    }
  }

  /** The start of the next chunk, or -1 at the end. A chunk ends at a multiple of its size. */
  private synchronized long next() {
    skipHole();
    if (cursor >= source.sizeBytes()) {
      return -1;
    }
    long at = cursor;
    cursor = Math.min((at / chunkBytes + 1) * chunkBytes, source.sizeBytes());
    return at;
  }

  private void skipHole() {
    while (skipHoles && cursor < source.sizeBytes()) {
      Extent extent = source.extentAt(cursor);
      long end =
          extent.end() == source.sizeBytes() ? extent.end() : extent.end() & -(long) alignment;
      if (!extent.isZero() || end <= cursor) {
        return;
      }
      pace.stopIfCancelled();
      pace.advance(end - cursor);
      cursor = end;
    }
  }

  /** An interrupt of the caller stops the workers at their next chunk, without hurting files. */
  private void join(Thread worker) {
    boolean interrupted = false;
    while (worker.isAlive()) {
      try {
        worker.join();
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(null, new DiskException.Cancelled());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
