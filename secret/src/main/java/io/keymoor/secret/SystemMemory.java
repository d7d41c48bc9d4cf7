package io.keymoor.secret;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The three Linux calls that keep key bytes off disks: {@code mlock(2)} against swap, {@code
 * madvise(2) MADV_DONTDUMP} against core files, {@code prctl(2) PR_SET_DUMPABLE} against core files
 * and foreign ptrace of the whole process.
 *
 * <p>Each is best effort: a container without {@code CAP_IPC_LOCK} still works, with the protection
 * it was given. {@link #forbidCoreDumps()} says whether it succeeded, so that a host can report it.
 */
public final class SystemMemory {
  private static final int MADV_DONTDUMP = 16;
  private static final int PR_SET_DUMPABLE = 4;

  private SystemMemory() {}

  /** Locks whole pages into RAM and leaves them out of core dumps, as far as permitted. */
  static void protect(MemorySegment pages) {
    try {
      if (Mlock.CALL.isPresent()) {
        int _ = (int) Mlock.CALL.get().invokeExact(pages, pages.byteSize());
      }
      if (Madvise.CALL.isPresent()) {
        int _ = (int) Madvise.CALL.get().invokeExact(pages, pages.byteSize(), MADV_DONTDUMP);
      }
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /**
   * Forbids core dumps of this process and its inspection by other users' processes. Programs that
   * hold keys call it first thing in {@code main}: the heap may hold short-lived copies of keys.
   *
   * @return false where the system refused or is not Linux
   */
  public static boolean forbidCoreDumps() {
    try {
      return Prctl.CALL.isPresent()
          && (int) Prctl.CALL.get().invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0;
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  private static LinkageError failed(Throwable failure) {
    return new LinkageError("a system call with a fixed signature could not be made", failure);
  }

  private static Optional<MethodHandle> function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(address -> linker.downcallHandle(address, descriptor));
  }

  // A class for each: linking one costs tens of milliseconds, and a program may need not all.

  private static final class Mlock {
    static final Optional<MethodHandle> CALL =
        function(
            "mlock",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  }

  private static final class Madvise {
    static final Optional<MethodHandle> CALL =
        function(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
  }

  private static final class Prctl {
    static final Optional<MethodHandle> CALL =
        function(
            "prctl",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
  }
}
