package io.keymoor.secret;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
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
    Functions.MLOCK.ifPresent(mlock -> call(mlock, pages.address(), pages.byteSize(), 0));
    Functions.MADVISE.ifPresent(
        madvise -> call(madvise, pages.address(), pages.byteSize(), MADV_DONTDUMP));
  }

  /**
   * Forbids core dumps of this process and its inspection by other users' processes. Programs that
   * hold keys call it first thing in {@code main}: the heap may hold short-lived copies of keys.
   *
   * @return false where the system refused or is not Linux
   */
  public static boolean forbidCoreDumps() {
    return Functions.PRCTL.filter(prctl -> call(prctl, PR_SET_DUMPABLE, 0, 0) == 0).isPresent();
  }

  /** What is not needed of a call's words is zero, and the function does not look at it. */
  private static int call(MemorySegment function, long first, long second, long third) {
    try {
      return (int)
          (long) Functions.WORDS.invokeExact(function, first, second, third, 0L, 0L, 0L, 0L, 0L);
    } catch (Throwable failure) {
      throw new LinkageError("a system call with a fixed signature could not be made", failure);
    }
  }

  /**
   * Looked up when first needed. One signature, of more words than any of them takes, is linked for
   * all of them, and for whoever else in the process calls with it: each one costs a fresh process
   * more than ten milliseconds. Linux's calling conventions allow it: every number and every
   * address takes a word, and words that a function does not know of stay the caller's.
   */
  private static final class Functions {
    static final MethodHandle WORDS =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
                    JAVA_LONG, JAVA_LONG));
    static final Optional<MemorySegment> MLOCK = find("mlock");
    static final Optional<MemorySegment> MADVISE = find("madvise");
    static final Optional<MemorySegment> PRCTL = find("prctl");

    private static Optional<MemorySegment> find(String name) {
      return Linker.nativeLinker().defaultLookup().find(name);
    }
  }
}
