package io.keymoor.hypervisor.hook;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * An exclusive {@code flock(2)}: the kernel lets go of it when the process ends, however it ends,
 * and {@code flock(1)} in the hook sees it. Java's own file locks are of another kind ({@code
 * fcntl(2)}), which the two never see of each other.
 */
final class AgentLock implements AutoCloseable {
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int LOCK_EXCLUSIVE_NOW = 2 | 4;
  private static final int EWOULDBLOCK = 11;
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration RETRY = Duration.ofMillis(20);
  private static final SystemCalls SYSTEM = Native.load("c", SystemCalls.class);

  private final int descriptor;
  private boolean closed;

  private AgentLock(int descriptor) {
    this.descriptor = descriptor;
  }

  /** The calls that Java lacks. */
  interface SystemCalls extends Library {
    int open(String path, int flags) throws LastErrorException;

    int flock(int descriptor, int operation) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  /**
   * Takes the lock; waits a little, because hooks that look whether it is taken hold it for a
   * moment.
   *
   * @throws IOException when another process keeps it
   */
  static AgentLock take(Path file) throws IOException {
    if (Files.notExists(file)) {
      Files.createFile(file);
    }
    int descriptor = SYSTEM.open(file.toString(), O_RDWR | O_CLOEXEC);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!tryLock(descriptor)) {
      if (System.nanoTime() > deadline) {
        SYSTEM.close(descriptor);
        throw new IOException("another agent runs on this host: it holds " + file);
      }
      LockSupport.parkNanos(RETRY.toNanos());
    }
    return new AgentLock(descriptor);
  }

  private static boolean tryLock(int descriptor) throws IOException {
    try {
      SYSTEM.flock(descriptor, LOCK_EXCLUSIVE_NOW);
      return true;
    } catch (LastErrorException e) {
      if (e.getErrorCode() == EWOULDBLOCK) {
        return false;
      }
      throw new IOException("the agent's lock can't be taken: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      SYSTEM.close(descriptor);
    }
  }
}
