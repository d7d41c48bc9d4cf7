package io.keymoor.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * QEMU's image locks, seen from a JVM.
 *
 * <pre>
 * byte of the file  meaning of a shared lock on it
 * 100 + p           its holder uses permission p
 * 200 + p           its holder lets nobody else use permission p
 *
 * p: 0 consistent read, 1 write, 2 write unchanged, 3 resize
 * </pre>
 *
 * <p>QEMU takes them as open-file-description locks and tests the opposite row with an exclusive
 * lock. The JVM's locks belong to the process, but conflict with QEMU's on the same bytes, which is
 * all that is needed. What process locks do badly is closing: the first close of <em>any</em>
 * descriptor of a file drops all its locks. So every descriptor of this module is closed here, and
 * not before the last lock on its file is given back.
 *
 * <p>File systems without locks (some NFS mounts) are used without them.
 */
final class QemuLocks {
  private static final int USES = 100;
  private static final int REFUSES = 200;
  private static final int PERMISSION_READ = 0;
  private static final int PERMISSION_WRITE = 1;
  private static final int PERMISSION_RESIZE = 3;
  private static final int ALL_PERMISSIONS = 8;

  private static final Map<Object, Holding> HOLDINGS = new HashMap<>();

  private QemuLocks() {}

  /** How much of an image its opener wants to itself. */
  enum Mode {
    /** Nothing: a glance. */
    NONE,
    /** Others may read, nobody may write. */
    READER,
    /** Nobody else may open it. */
    OWNER
  }

  /** The state of one file of which this process has a channel open. */
  private static final class Holding {
    private Mode mode = Mode.NONE;
    private int lockHolders;
    private int open;
    private final List<AutoCloseable> closeLater = new ArrayList<>();
  }

  /** One opener's share; closing it closes its channel, if need be later. */
  static final class Lease implements AutoCloseable {
    private final Object file;
    private final Mode mode;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private boolean closed;

    private Lease(Object file, FileChannel channel, Mode mode) {
      this.file = file;
      this.opened.add(channel);
      this.mode = mode;
    }

    @Override
    public void close() {
      synchronized (HOLDINGS) {
        if (!closed) {
          closed = true;
          release(file, opened, mode);
        }
      }
    }

    /** The file's identity. */
    Object file() {
      return file;
    }

    /** Closes another descriptor of the file when its channel is closed. */
    void keep(AutoCloseable descriptor) {
      synchronized (HOLDINGS) {
        opened.add(descriptor);
      }
    }
  }

  /** Takes the locks of {@code mode}, or closes the channel and says who has them. */
  static Lease acquire(Path path, FileChannel channel, boolean writable, Mode mode)
      throws IOException {
    synchronized (HOLDINGS) {
      Object file = identityOf(path);
      Holding holding = HOLDINGS.computeIfAbsent(file, key -> new Holding());
      holding.open++;
      try {
        if (mode != Mode.NONE) {
          join(holding, path, channel, writable, mode);
        }
        return new Lease(file, channel, mode);
      } catch (DiskException | IOException e) {
        release(file, List.of(channel), Mode.NONE);
        throw e;
      }
    }
  }

  private static void join(
      Holding holding, Path path, FileChannel channel, boolean writable, Mode mode)
      throws IOException {
    if (holding.lockHolders > 0 && (mode == Mode.OWNER || holding.mode == Mode.OWNER)) {
      throw new DiskException.DiskInUse(path.toString(), "another operation of this host");
    }
    if (holding.lockHolders == 0 && !lock(channel, writable, mode)) {
      throw new DiskException.DiskInUse(path.toString(), "a running VM");
    }
    holding.mode = mode;
    holding.lockHolders++;
  }

  private static boolean lock(FileChannel channel, boolean writable, Mode mode) {
    List<FileLock> taken = new ArrayList<>();
    boolean free =
        mode == Mode.OWNER ? lockAlone(channel, taken) : lockToRead(channel, writable, taken);
    if (!free) {
      taken.forEach(QemuLocks::giveBack);
    }
    return free;
  }

  private static boolean lockAlone(FileChannel channel, List<FileLock> taken) {
    return take(channel, USES, REFUSES + ALL_PERMISSIONS - USES, false, taken);
  }

  /** Announces itself first and looks second, like QEMU, so that of two starters one sees. */
  private static boolean lockToRead(FileChannel channel, boolean writable, List<FileLock> taken) {
    return take(channel, USES + PERMISSION_READ, 1, true, taken)
        && take(channel, REFUSES + PERMISSION_WRITE, 1, true, taken)
        && take(channel, REFUSES + PERMISSION_RESIZE, 1, true, taken)
        && (!writable
            || (isFree(channel, USES + PERMISSION_WRITE)
                && isFree(channel, USES + PERMISSION_RESIZE)));
  }

  /** An exclusive lock needs a writable channel; without one, writers can't be seen. */
  private static boolean isFree(FileChannel channel, int at) {
    List<FileLock> probe = new ArrayList<>();
    boolean free = take(channel, at, 1, false, probe);
    probe.forEach(QemuLocks::giveBack);
    return free;
  }

  private static boolean take(
      FileChannel channel, long at, long length, boolean shared, List<FileLock> taken) {
    try {
      @Nullable FileLock lock = channel.tryLock(at, length, shared);
      if (lock != null) {
        taken.add(lock);
      }
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private static void giveBack(FileLock lock) {
    try {
      lock.release();
    } catch (IOException e) {
      // The channel is gone, and the lock with it.
      return;
    }
  }

  private static void release(Object file, List<AutoCloseable> opened, Mode mode) {
    Holding holding = Objects.requireNonNull(HOLDINGS.get(file));
    holding.open--;
    holding.closeLater.addAll(opened);
    if (mode != Mode.NONE) {
      holding.lockHolders--;
    }
    if (holding.lockHolders == 0) {
      holding.closeLater.forEach(QemuLocks::closeQuietly);
      holding.closeLater.clear();
    }
    if (holding.open == 0) {
      HOLDINGS.remove(file);
    }
  }

  /** Data was made durable by {@link ImageFile#sync}; nothing is left to go wrong but the close. */
  private static void closeQuietly(AutoCloseable channel) {
    try {
      channel.close();
    } catch (Exception e) {
      return;
    }
  }

  private static Object identityOf(Path path) throws IOException {
    @Nullable Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key == null ? path.toRealPath() : key;
  }
}
