package io.keymoor.disk.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Calls of C functions whose parameters are whole numbers and addresses. Thread-safe.
 *
 * <p>The Java runtime makes code for each signature, which takes a fresh process more than ten
 * milliseconds; so there are two for all functions. In the calling conventions of Linux each number
 * and each address takes a word, the callee looks at as much of it as it wants, and words it does
 * not know of stay the caller's. Of a result narrower than a word the rest is anything.
 */
final class Calls {
  private static final MethodHandle WORDS =
      Linker.nativeLinker()
          .downcallHandle(
              FunctionDescriptor.of(
                  JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                  JAVA_LONG, JAVA_LONG));

  /** Linked when it is first needed. */
  private static final class OnTheHeap {
    static final MethodHandle WORDS =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
                Linker.Option.critical(true));
  }

  private Calls() {}

  static long call(MemorySegment function, long first, long second, long third) {
    return call(function, first, second, third, 0, 0, 0, 0, 0);
  }

  static long call(
      MemorySegment function,
      long first,
      long second,
      long third,
      long fourth,
      long fifth,
      long sixth,
      long seventh,
      long eighth) {
    try {
      return (long)
          WORDS.invokeExact(function, first, second, third, fourth, fifth, sixth, seventh, eighth);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /**
   * Calls a function that may be given arrays of the Java heap. The garbage collector waits for it,
   * so it has to be short.
   */
  static long onTheHeap(
      MemorySegment function,
      MemorySegment first,
      MemorySegment second,
      MemorySegment third,
      MemorySegment fourth,
      MemorySegment fifth,
      MemorySegment sixth) {
    try {
      return (long)
          OnTheHeap.WORDS.invokeExact(function, first, second, third, fourth, fifth, sixth);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /** A number in the place of an address. */
  static MemorySegment number(long value) {
    return MemorySegment.ofAddress(value);
  }

  private static RuntimeException failed(Throwable failure) {
    return switch (failure) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> new IllegalStateException("a native call failed", failure);
    };
  }
}
