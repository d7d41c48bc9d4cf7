package io.keymoor.systemtests.availability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Looks for pieces of random disks: of each the first, middle and last 8 bytes. */
final class ClearSearch {
  private final Map<Long, String> pieces = new HashMap<>();
  private final Map<String, Path> found = new TreeMap<>();

  /** Has it look for what is on this VM's disk. */
  void add(String vm, byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    for (int at : new int[] {0, content.length / 2, content.length - Long.BYTES}) {
      pieces.put(bytes.getLong(at), vm);
    }
  }

  /** Whose contents are in which file; one that goes meanwhile has nothing. */
  Map<String, Path> foundBelow(Path root) {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              if (attributes.isRegularFile()) {
                look(file);
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure)
                throws IOException {
              if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(
                Path directory, @org.jspecify.annotations.Nullable IOException failure)
                throws IOException {
              if (failure == null || failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw failure;
            }
          });
      return found;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private void look(Path file) throws IOException {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException gone) {
      return;
    }
    long window = 0;
    for (int i = 0; i < content.length; i++) {
      window = (window << Byte.SIZE) | (content[i] & 0xff);
      String vm = pieces.get(window);
      if (vm != null) {
        found.put(vm, file);
      }
    }
  }
}
