package io.keymoor.disk;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory outside of the heap through which the bytes of one file pass, as many buffers as there are
 * threads at it at once. Thread-safe.
 *
 * <p>A buffer begins where a page begins. The channel's own do so 16 bytes later, and on some
 * processors (AMD's Zen 3 among them) the kernel copies four times as slowly to an address that is
 * a little higher within its page than where it copies from.
 */
final class PageBuffers {
  /** As much as goes to the kernel in one call. */
  static final int BYTES = 256 * 1024;

  private static final int PAGE = 4096;

  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean erased;

  /** A buffer of {@link #BYTES}, for one thread, until it is given back. */
  ByteBuffer borrow() {
    ByteBuffer pooled = idle.poll();
    return pooled == null
        ? ByteBuffer.allocateDirect(BYTES + PAGE).alignedSlice(PAGE).slice(0, BYTES)
        : pooled;
  }

  void giveBack(ByteBuffer buffer) {
    idle.add(buffer);
    if (erased) {
      eraseIdle();
    }
  }

  /**
   * Erases what has passed through: it may have been a disk in clear. What somebody still has is
   * erased when it is given back.
   */
  void erase() {
    erased = true;
    eraseIdle();
  }

  private void eraseIdle() {
    for (ByteBuffer buffer = idle.poll(); buffer != null; buffer = idle.poll()) {
      buffer.clear().put(new byte[BYTES]);
    }
  }
}
