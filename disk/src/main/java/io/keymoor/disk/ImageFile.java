package io.keymoor.disk;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * An image's file, or a block device, opened under QEMU's locks (see {@link QemuLocks}).
 *
 * <p>Thread-safe: reads and writes are positional. Every {@link IOException} becomes a {@link
 * DiskException} that names the file and, for reads, the position.
 */
public final class ImageFile implements ImageStorage {
  private static final int FILE_TYPE_MASK = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private final Path path;
  private final QemuLocks.Lease lease;
  private final FileChannel channel;
  private final PageBuffers buffers = new PageBuffers();
  private final long lengthWhenOpened;

  private ImageFile(Path path, FileChannel channel, QemuLocks.Lease lease) throws IOException {
    this.path = path;
    this.channel = channel;
    this.lease = lease;
    this.lengthWhenOpened = channel.size();
  }

  /**
   * Opens an existing image to look at it, without taking or asking for locks: for descriptions and
   * key checks, which are safe beside a running VM.
   */
  public static ImageFile openToLook(Path path) {
    return openExisting(path, QemuLocks.Mode.NONE);
  }

  /**
   * Opens an existing image to read all of it, sharing it with other readers and keeping writers
   * out.
   *
   * @throws DiskException.DiskInUse when a VM has it open for writing
   */
  public static ImageFile openToRead(Path path) {
    return openExisting(path, QemuLocks.Mode.READER);
  }

  /**
   * Opens an existing image to change it, alone.
   *
   * @throws DiskException.DiskInUse when anybody has it open
   */
  public static ImageFile openToChange(Path path) {
    return openExisting(path, QemuLocks.Mode.OWNER);
  }

  /**
   * As {@link #openToChange}, but a link is refused, also one that is put in the file's place at
   * the last moment: for destroying what only this very name may mean.
   *
   * @throws DiskException.DiskWriteFailed when the name is a link
   */
  public static ImageFile openToChangeUnlinked(Path path) {
    requireFileOrDevice(path);
    try {
      FileChannel channel = FileChannel.open(path, READ, WRITE, LinkOption.NOFOLLOW_LINKS);
      return locked(path, channel, true, QemuLocks.Mode.OWNER);
    } catch (NoSuchFileException e) {
      throw new DiskException.DiskMissing(path.toString());
    } catch (IOException e) {
      String reason =
          Files.isSymbolicLink(path)
              ? "it is a link; the link and its target were left as they are"
              : "it could not be opened";
      throw new DiskException.DiskWriteFailed(path.toString(), reason, e);
    }
  }

  /**
   * Creates a new file that only its owner can read, and locks it.
   *
   * @throws DiskException.TargetExists when something, be it a dangling link, has the name
   */
  public static ImageFile create(Path path) {
    var ownerOnly =
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    try {
      FileChannel channel = FileChannel.open(path, Set.of(READ, WRITE, CREATE_NEW), ownerOnly);
      return locked(path, channel, true, QemuLocks.Mode.OWNER);
    } catch (FileAlreadyExistsException e) {
      throw new DiskException.TargetExists(path.toString());
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(path.toString(), "it could not be created", e);
    }
  }

  private static ImageFile openExisting(Path path, QemuLocks.Mode mode) {
    requireFileOrDevice(path);
    try {
      return locked(path, FileChannel.open(path, READ, WRITE), true, mode);
    } catch (NoSuchFileException e) {
      throw new DiskException.DiskMissing(path.toString());
    } catch (FileSystemException e) {
      if (mode == QemuLocks.Mode.OWNER) {
        throw new DiskException.DiskWriteFailed(path.toString(), "it could not be opened", e);
      }
      return openReadOnly(path, mode);
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(path.toString(), 0, e);
    }
  }

  private static ImageFile openReadOnly(Path path, QemuLocks.Mode mode) {
    try {
      return locked(path, FileChannel.open(path, READ), false, mode);
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(path.toString(), 0, e);
    }
  }

  /** Opening a FIFO would wait for its other end for ever, so types are looked at first. */
  private static void requireFileOrDevice(Path path) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (attributes.isDirectory()) {
        throw new DiskException.NotADisk(path.toString(), "it is a directory");
      }
      if (attributes.isOther() && !isBlockDevice(path)) {
        throw new DiskException.NotADisk(
            path.toString(), "it is neither a file nor a block device");
      }
    } catch (NoSuchFileException e) {
      throw new DiskException.DiskMissing(path.toString());
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(path.toString(), 0, e);
    }
  }

  private static boolean isBlockDevice(Path path) throws IOException {
    return ((int) Files.getAttribute(path, "unix:mode") & FILE_TYPE_MASK) == BLOCK_DEVICE;
  }

  private static ImageFile locked(
      Path path, FileChannel channel, boolean writable, QemuLocks.Mode mode) throws IOException {
    QemuLocks.Lease lease = QemuLocks.acquire(path, channel, writable, mode);
    try {
      return new ImageFile(path, channel, lease);
    } catch (IOException e) {
      lease.close();
      throw e;
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public String name() {
    return path.toString();
  }

  @Override
  public long length() {
    return lengthWhenOpened;
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    ByteBuffer buffer = buffers.borrow();
    int done = 0;
    try {
      while (done < length) {
        buffer.clear().limit(Math.min(length - done, PageBuffers.BYTES));
        int count = channel.read(buffer, position + done);
        if (count < 0) {
          Arrays.fill(into, offset + done, offset + length, (byte) 0);
          return;
        }
        buffer.flip().get(into, offset + done, count);
        done += count;
      }
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(name(), position + done, e);
    } finally {
      buffers.giveBack(buffer);
    }
  }

  @Override
  public long lengthNow() {
    try {
      return channel.size();
    } catch (IOException e) {
      throw new DiskException.DiskReadFailed(name(), 0, e);
    }
  }

  @Override
  public void write(long position, byte[] from, int offset, int length) {
    ByteBuffer buffer = buffers.borrow();
    int done = 0;
    try {
      while (done < length) {
        int part = Math.min(length - done, PageBuffers.BYTES);
        buffer.clear().put(from, offset + done, part).flip();
        while (buffer.hasRemaining()) {
          done += channel.write(buffer, position + done);
        }
      }
    } catch (IOException e) {
      throw writeFailed(position + done, e);
    } finally {
      buffers.giveBack(buffer);
    }
  }

  @Override
  public void growTo(long length) {
    try {
      if (channel.size() < length) {
        write(length - 1, new byte[1], 0, 1);
      }
    } catch (IOException e) {
      throw writeFailed(length, e);
    }
  }

  /**
   * What tells holes from data, if {@code machine} has it; true while this file is locked, and
   * closed with it.
   */
  public Optional<DataRuns> dataRuns(Machine machine) {
    Optional<DataRuns> runs = machine.dataRuns(path);
    runs.ifPresent(lease::keep);
    return runs.filter(opened -> opened.fileKey().equals(lease.file()));
  }

  /** Whether this is a file and no device. */
  public boolean canGrow() {
    return Files.isRegularFile(path);
  }

  @Override
  public void cutTo(long length) {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(name(), "it could not be shortened", e);
    }
  }

  @Override
  public void sync() {
    force(true);
  }

  @Override
  public void syncData() {
    force(false);
  }

  private void force(boolean metadata) {
    try {
      channel.force(metadata);
    } catch (IOException e) {
      throw new DiskException.DiskWriteFailed(name(), "the data did not reach the disk", e);
    }
  }

  private DiskException writeFailed(long position, IOException e) {
    if (String.valueOf(e.getMessage()).contains("No space left on device")) {
      return new DiskException.NotEnoughSpace(name(), position, freeBytes());
    }
    return new DiskException.DiskWriteFailed(name(), "at byte " + position, e);
  }

  private long freeBytes() {
    try {
      return Files.getFileStore(path).getUsableSpace();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Closes the file and gives its locks back. Idempotent. */
  @Override
  public void close() {
    try {
      lease.close();
    } finally {
      buffers.erase();
    }
  }
}
