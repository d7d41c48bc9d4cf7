package io.keymoor.systemtests.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Files of processes that run: what vanishes meanwhile is gone for a thief too. */
public final class LivingFiles {

  private LivingFiles() {}

  /** Reads one file. */
  @FunctionalInterface
  public interface Look {
    /**
     * @throws NoSuchFileException when the file is gone
     * @throws IOException when it can't be read, which ends the walk
     */
    void into(Path file) throws IOException;
  }

  /**
   * Shows every regular file below {@code root} that is there.
   *
   * @throws UncheckedIOException when something that is there can't be read
   */
  public static void show(Path root, Look look) {
    try {
      Files.walkFileTree(root, new Visitor(look));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static final class Visitor extends SimpleFileVisitor<Path> {
    private final Look look;

    Visitor(Look look) {
      this.look = look;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile()) {
        try {
          look.into(file);
        } catch (NoSuchFileException gone) {
          // As a file that was never there.
        }
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      return unlessGone(failure);
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      return failure == null ? FileVisitResult.CONTINUE : unlessGone(failure);
    }

    private static FileVisitResult unlessGone(IOException failure) throws IOException {
      if (failure instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw failure;
    }
  }
}
