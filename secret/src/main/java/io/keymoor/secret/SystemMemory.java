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

  private static final Optional<MethodHandle> MLOCK =
      function(
          "mlock",
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
  private static final Optional<MethodHandle> MADVISE =
      function(
          "madvise",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));
  private static final Optional<MethodHandle> PRCTL =
      function(
          "prctl",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));

  private SystemMemory() {}

  /** Locks whole pages into RAM and leaves them out of core dumps, as far as permitted. */
  static void protect(MemorySegment pages) {
    MLOCK.ifPresent(call -> invoke(call, pages, pages.byteSize()));
    MADVISE.ifPresent(call -> invoke(call, pages, pages.byteSize(), MADV_DONTDUMP));
  }

  /**
   * Forbids core dumps of this process and its inspection by other users' processes. Programs that
   * hold keys call it first thing in {@code main}: the heap may hold short-lived copies of keys.
   *
   * @return false where the system refused or is not Linux
   */
  public static boolean forbidCoreDumps() {
    return PRCTL.map(call -> invoke(call, PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) == 0).orElse(false);
  }

  private static Optional<MethodHandle> function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker
        .defaultLookup()
        .find(name)
        .map(address -> linker.downcallHandle(address, descriptor));
  }

  private static int invoke(MethodHandle call, Object... arguments) {
    try {
      return (int) call.invokeWithArguments(arguments);
    } catch (Throwable failure) {
      throw new LinkageError("a system call with a fixed signature could not be made", failure);
    }
  }
}
