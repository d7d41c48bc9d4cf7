package io.keymoor.disk.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The three calls that the holes of a file take. Thread-safe. */
final class LibC {
  /** No data up to the end. */
  static final long NONE = -1;

  private static final int O_CLOEXEC = 02000000;
  private static final int O_NONBLOCK = 04000;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int ENXIO = 6;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle open;
  private final MethodHandle close;
  private final MethodHandle seek;

  private LibC() {
    Linker linker = Linker.nativeLinker();
    this.open =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    this.close =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    this.seek =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("lseek"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT),
            Linker.Option.captureCallState("errno"));
  }

  /** Empty where native access is not to be had. */
  static Optional<LibC> load() {
    try {
      return Optional.of(new LibC());
    } catch (NoSuchElementException | IllegalCallerException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  /** A descriptor, or a negative number. */
  int openToRead(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) open.invokeExact(arena.allocateFrom(file.toString()), O_CLOEXEC | O_NONBLOCK);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  void close(int descriptor) {
    try {
      int _ = (int) close.invokeExact(descriptor);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /** Where data begins at or after {@code position}; {@code position} where that is not known. */
  long nextData(int descriptor, long position) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long found = (long) seek.invokeExact(state, descriptor, position, SEEK_DATA);
      if (found >= 0) {
        return found;
      }
      return (int) ERRNO.get(state, 0L) == ENXIO ? NONE : position;
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /** Where a hole, or the end of the file, follows {@code position}; negative: not known. */
  long nextHole(int descriptor, long position) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) seek.invokeExact(arena.allocate(STATE), descriptor, position, SEEK_HOLE);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  private static LinkageError failed(Throwable failure) {
    return new LinkageError("a system call with a fixed signature could not be made", failure);
  }
}
