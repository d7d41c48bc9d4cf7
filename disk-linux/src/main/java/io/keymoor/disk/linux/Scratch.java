package io.keymoor.disk.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Memory outside of the heap for one call, by one thread. Erased when it is closed. */
final class Scratch implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final List<MemorySegment> pieces = new ArrayList<>();

  MemorySegment allocate(int length) {
    MemorySegment piece = arena.allocate(Math.max(1, length));
    pieces.add(piece);
    return piece;
  }

  MemorySegment copyOf(byte[] from, int offset, int length) {
    MemorySegment piece = allocate(length);
    MemorySegment.copy(from, offset, piece, ValueLayout.JAVA_BYTE, 0, length);
    return piece;
  }

  @Override
  public void close() {
    pieces.forEach(piece -> piece.fill((byte) 0));
    arena.close();
  }
}
