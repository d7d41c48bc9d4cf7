package io.keymoor.disk.linux;

import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The kernel's IO priority of threads: ioprio_set(2), for which the C library has no function.
 *
 * <p>It belongs to a thread; threads that are started later take over that of the one that starts
 * them.
 */
final class IoPriority {
  private static final long WHO_PROCESS = 1;
  private static final long THIS_THREAD = 0;
  private static final long CLASS_IDLE = 3L << 13;

  private final MemorySegment syscall;
  private final long number;

  private IoPriority(MemorySegment syscall, long number) {
    this.syscall = syscall;
    this.number = number;
  }

  /** Empty on processors whose number of the call is not known here. */
  static Optional<IoPriority> find() {
    OptionalLong number = numberOn(System.getProperty("os.arch", ""));
    try {
      MemorySegment syscall = Linker.nativeLinker().defaultLookup().findOrThrow("syscall");
      return number.isPresent()
          ? Optional.of(new IoPriority(syscall, number.getAsLong()))
          : Optional.empty();
    } catch (NoSuchElementException | IllegalCallerException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static OptionalLong numberOn(String processor) {
    return switch (processor) {
      case "amd64" -> OptionalLong.of(251);
      case "aarch64", "riscv64", "loongarch64" -> OptionalLong.of(30);
      case "ppc64le" -> OptionalLong.of(273);
      case "s390x" -> OptionalLong.of(282);
      default -> OptionalLong.empty();
    };
  }

  /** Puts the calling thread into the idle class; false where the kernel refuses. */
  boolean idle() {
    return Calls.call(syscall, number, WHO_PROCESS, THIS_THREAD, CLASS_IDLE, 0, 0, 0, 0) == 0;
  }
}
