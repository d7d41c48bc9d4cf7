package io.keymoor.secret;

import java.lang.ref.ReferenceQueue;
import org.jspecify.annotations.Nullable;

/**
 * Erases secrets whose owners forgot to: a slot in use is on a list, so that it outlives its
 * secret, and a thread of its own releases what the garbage collector found unowned.
 *
 * <p>What {@code java.lang.ref.Cleaner} does, without its two objects for each secret: servers make
 * one for each message.
 */
final class ForgottenSecrets {
  private static final ReferenceQueue<SecretBytes> QUEUE = new ReferenceQueue<>();
  private static final Object LIST = new Object();
  private static KeyMemory.@Nullable Slot first;

  static {
    Thread.ofPlatform().daemon().name("secret-eraser").start(ForgottenSecrets::eraseForEver);
  }

  private ForgottenSecrets() {}

  static ReferenceQueue<SecretBytes> queue() {
    return QUEUE;
  }

  static void watch(KeyMemory.Slot slot) {
    synchronized (LIST) {
      KeyMemory.Slot second = first;
      slot.next = second;
      if (second != null) {
        second.previous = slot;
      }
      first = slot;
    }
  }

  /** Takes a released slot off the list, if it is on it. */
  static void done(KeyMemory.Slot slot) {
    synchronized (LIST) {
      KeyMemory.Slot before = slot.previous;
      KeyMemory.Slot after = slot.next;
      if (before != null) {
        before.next = after;
      } else if (first == slot) {
        first = after;
      }
      if (after != null) {
        after.previous = before;
      }
      slot.previous = null;
      slot.next = null;
    }
    slot.clear();
  }

  private static void eraseForEver() {
    while (true) {
      try {
        if (QUEUE.remove() instanceof KeyMemory.Slot forgotten) {
          forgotten.release();
        }
      } catch (InterruptedException nobodyMay) {
        // It goes on: without it, forgotten keys would stay in memory.
      }
    }
  }
}
