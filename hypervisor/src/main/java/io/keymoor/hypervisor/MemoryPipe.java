package io.keymoor.hypervisor;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A named pipe through which QEMU writes a guest's memory to this process and nowhere else. Its
 * directory is root's alone, so nobody else reads along. Closing removes it. One reader.
 */
public final class MemoryPipe implements AutoCloseable {
  private static final CLibrary C = Native.load("c", CLibrary.class);
  private static final int OWNER_ONLY = 0600;

  private final Path directory;
  private final Path path;

  /**
   * Both ends, so that neither opening waits and the reader's end comes by {@link #release} only.
   */
  private final FileChannel both;

  private final InputStream in;

  private MemoryPipe(Path directory, Path path, FileChannel both, InputStream in) {
    this.directory = directory;
    this.path = path;
    this.both = both;
    this.in = in;
  }

  /** The C library. */
  interface CLibrary extends Library {
    int mkfifo(String path, int mode) throws LastErrorException;
  }

  /**
   * Makes one in a new directory below {@code parent}.
   *
   * @param prefix what the directory's name begins with
   */
  public static MemoryPipe in(Path parent, String prefix) throws IOException {
    Path directory = Files.createTempDirectory(parent, prefix);
    Path path = directory.resolve("pipe");
    try {
      C.mkfifo(path.toString(), OWNER_ONLY);
      FileChannel both = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new MemoryPipe(directory, path, both, new FileInputStream(path.toFile()));
    } catch (LastErrorException | IOException failure) {
      Files.deleteIfExists(path);
      Files.delete(directory);
      throw new IOException("no pipe can be made in " + parent, failure);
    }
  }

  /** Removes the directory of one whose process is gone. */
  public static void remove(Path directory) throws IOException {
    Files.deleteIfExists(directory.resolve("pipe"));
    Files.deleteIfExists(directory);
  }

  /** What libvirt is told to write to. */
  public Path path() {
    return path;
  }

  /** What the writer writes; ends when {@link #release} was called and all of it was read. */
  public InputStream input() {
    return in;
  }

  /** The writer has ended, or never came. */
  public void release() throws IOException {
    both.close();
  }

  @Override
  public void close() throws IOException {
    both.close();
    in.close();
    remove(directory);
  }
}
