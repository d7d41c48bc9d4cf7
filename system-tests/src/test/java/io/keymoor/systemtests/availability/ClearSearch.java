package io.keymoor.systemtests.availability;

import io.keymoor.systemtests.testing.LivingFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
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
    LivingFiles.show(root, this::look);
    return found;
  }

  private void look(Path file) throws IOException {
    long window = 0;
    for (byte next : Files.readAllBytes(file)) {
      window = (window << Byte.SIZE) | (next & 0xff);
      String vm = pieces.get(window);
      if (vm != null) {
        found.put(vm, file);
      }
    }
  }
}
