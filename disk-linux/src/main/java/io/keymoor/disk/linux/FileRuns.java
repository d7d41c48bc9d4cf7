package io.keymoor.disk.linux;

import io.keymoor.disk.DataRuns;
import io.keymoor.disk.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.Set;

/**
 * What {@code lseek(2)} says with {@code SEEK_DATA} and {@code SEEK_HOLE}, through a descriptor of
 * its own. Whatever it does not say is taken for data.
 */
final class FileRuns implements DataRuns {
  /**
   * File systems that account for what is written and not on disk yet, and on which nothing was
   * taken for a hole that is none. Others have to be read.
   */
  private static final Set<String> TRUSTED = Set.of("ext4", "xfs", "btrfs", "tmpfs");

  private final LibC library;
  private final int descriptor;
  private final Object fileKey;
  private boolean closed;

  private FileRuns(LibC library, int descriptor, Object fileKey) {
    this.library = library;
    this.descriptor = descriptor;
    this.fileKey = fileKey;
  }

  /** Opens a regular file on a trusted file system. */
  static Optional<DataRuns> of(LibC library, Path file) {
    try {
      if (!Files.isRegularFile(file) || !TRUSTED.contains(Files.getFileStore(file).type())) {
        return Optional.empty();
      }
      int descriptor = library.openToRead(file);
      return descriptor < 0 ? Optional.empty() : Optional.of(opened(library, descriptor));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** What cannot be identified matches no file; it is kept open nevertheless, for its locks. */
  private static DataRuns opened(LibC library, int descriptor) {
    Path link = Path.of("/proc/self/fd", Integer.toString(descriptor));
    Object fileKey;
    try {
      fileKey = Files.readAttributes(link, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      fileKey = new Object();
    }
    return new FileRuns(library, descriptor, fileKey == null ? new Object() : fileKey);
  }

  @Override
  public Object fileKey() {
    return fileKey;
  }

  @Override
  public synchronized Extent at(long position, long end) {
    if (closed) {
      throw new IllegalStateException("this file has been closed");
    }
    long data = library.nextData(descriptor, position);
    if (data == LibC.NONE || data > position) {
      return run(position, data == LibC.NONE ? end : data, end, Extent.Kind.ZERO);
    }
    long hole = library.nextHole(descriptor, position);
    return run(position, hole > position ? hole : end, end, Extent.Kind.DATA);
  }

  private static Extent run(long position, long until, long end, Extent.Kind kind) {
    return new Extent(position, Math.min(until, end) - position, kind);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      library.close(descriptor);
    }
  }
}
