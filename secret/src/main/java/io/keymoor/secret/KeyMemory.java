package io.keymoor.secret;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Slabs of native memory for key bytes.
 *
 * <p>Secrets are small and many (a host may cache ten thousand keys), and closing a shared {@link
 * Arena} stops every thread of the process for a moment; so slots are cut from 64 KiB slabs that
 * live as long as the process, are handed back zeroed and used again. Every slab is offered to
 * {@link SystemMemory#protect} once: locked into RAM (a key must not reach swap) and left out of
 * core dumps.
 *
 * <p>Thread-safe.
 */
final class KeyMemory {
  private static final int SLAB_BYTES = 64 * 1024;
  private static final int PAGE_BYTES = 4096;
  private static final int SMALLEST_SLOT = 32;
  private static final KeyMemory SHARED = new KeyMemory();

  private final Map<Integer, Deque<MemorySegment>> freeSlotsBySize = new HashMap<>();

  static KeyMemory shared() {
    return SHARED;
  }

  /** A slot for {@code owner}, released when it is forgotten at the latest. */
  Slot allocate(int length, SecretBytes owner) {
    Slot slot = allocate(length, owner, ForgottenSecrets.queue());
    ForgottenSecrets.watch(slot);
    return slot;
  }

  /** A slot that only {@link Slot#release} gives back. */
  Slot allocate(int length) {
    return allocate(length, null, ForgottenSecrets.queue());
  }

  private Slot allocate(
      int length, @Nullable SecretBytes owner, ReferenceQueue<SecretBytes> forgotten) {
    int slotSize = Math.max(SMALLEST_SLOT, Integer.highestOneBit(Math.max(1, length - 1)) << 1);
    synchronized (freeSlotsBySize) {
      Deque<MemorySegment> free =
          freeSlotsBySize.computeIfAbsent(slotSize, size -> new ArrayDeque<>());
      if (free.isEmpty()) {
        cutSlab(slotSize, free);
      }
      return new Slot(this, free.pop(), length, owner, forgotten);
    }
  }

  private static void cutSlab(int slotSize, Deque<MemorySegment> free) {
    int slabBytes = Math.max(SLAB_BYTES, slotSize);
    MemorySegment slab = Arena.global().allocate(slabBytes, PAGE_BYTES);
    SystemMemory.protect(slab);
    for (int offset = 0; offset + slotSize <= slabBytes; offset += slotSize) {
      free.push(slab.asSlice(offset, slotSize));
    }
  }

  private void giveBack(MemorySegment segment) {
    synchronized (freeSlotsBySize) {
      freeSlotsBySize
          .computeIfAbsent((int) segment.byteSize(), size -> new ArrayDeque<>())
          .push(segment);
    }
  }

  /**
   * One secret's place. Its monitor orders reads against release. It is also the reference by which
   * a forgotten secret is found: a key costs two objects, not four.
   */
  static final class Slot extends PhantomReference<SecretBytes> {
    private final KeyMemory owner;
    private final MemorySegment segment;
    private final int length;
    private boolean released;
    @Nullable Slot previous;
    @Nullable Slot next;

    private Slot(
        KeyMemory owner,
        MemorySegment segment,
        int length,
        @Nullable SecretBytes secret,
        ReferenceQueue<SecretBytes> forgotten) {
      super(secret, forgotten);
      this.owner = owner;
      this.segment = segment;
      this.length = length;
    }

    int length() {
      return length;
    }

    synchronized boolean isReleased() {
      return released;
    }

    synchronized void write(byte[] clear, int from) {
      MemorySegment.copy(clear, from, segment, ValueLayout.JAVA_BYTE, 0, length);
    }

    synchronized byte[] read() {
      requireOpen();
      byte[] clear = new byte[length];
      MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, 0, clear, 0, length);
      return clear;
    }

    /** Compares without a data-dependent branch; slots are locked in one global order. */
    boolean sameAs(Slot other) {
      boolean thisFirst = segment.address() <= other.segment.address();
      synchronized (thisFirst ? this : other) {
        synchronized (thisFirst ? other : this) {
          requireOpen();
          other.requireOpen();
          return length == other.length && difference(other) == 0;
        }
      }
    }

    private int difference(Slot other) {
      int difference = 0;
      for (int i = 0; i < length; i++) {
        difference |=
            segment.get(ValueLayout.JAVA_BYTE, i) ^ other.segment.get(ValueLayout.JAVA_BYTE, i);
      }
      return difference;
    }

    private void requireOpen() {
      if (released) {
        throw new IllegalStateException("this secret has been erased");
      }
    }

    synchronized void release() {
      if (!released) {
        released = true;
        segment.fill((byte) 0);
        owner.giveBack(segment);
        ForgottenSecrets.done(this);
      }
    }
  }
}
