package io.keymoor.systemtests.keys;

import io.keymoor.systemtests.testing.LivingFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Looks for many needles at once, and keeps what it found and how much it saw. Not thread-safe. */
final class NeedleSearch {
  private static final int CHUNK = 1024 * 1024;

  private final BitSet beginnings = new BitSet(1 << 16);
  private final Map<Integer, List<Needle>> byBeginning = new HashMap<>();
  private final int longest;
  private final Set<String> found = new TreeSet<>();
  private long bytesSeen;
  private int placesSeen;

  NeedleSearch(List<Needle> needles) {
    for (Needle needle : needles) {
      int beginning = beginning(needle.bytes(), 0);
      beginnings.set(beginning);
      byBeginning.computeIfAbsent(beginning, key -> new ArrayList<>()).add(needle);
    }
    this.longest = needles.stream().mapToInt(needle -> needle.bytes().length).max().orElse(2);
  }

  /** What was found where. */
  Set<String> found() {
    return found;
  }

  /** How many bytes were looked at. */
  long bytesSeen() {
    return bytesSeen;
  }

  /** How many files and other places were looked at. */
  int placesSeen() {
    return placesSeen;
  }

  /** Looks through every regular file below. */
  void look(Path root) {
    LivingFiles.show(
        root,
        file -> {
          try (InputStream in = Files.newInputStream(file)) {
            look(file.toString(), in);
          }
        });
  }

  /** Looks through bytes. */
  void look(String place, byte[] bytes) {
    try {
      look(place, new ByteArrayInputStream(bytes));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private void look(String place, InputStream in) throws IOException {
    placesSeen++;
    byte[] window = new byte[CHUNK + longest];
    int kept = 0;
    int read = in.readNBytes(window, kept, CHUNK);
    while (read > 0) {
      bytesSeen += read;
      int filled = kept + read;
      lookThrough(place, window, filled);
      kept = Math.min(longest - 1, filled);
      System.arraycopy(window, filled - kept, window, 0, kept);
      read = in.readNBytes(window, kept, CHUNK);
    }
  }

  private void lookThrough(String place, byte[] window, int length) {
    for (int at = 0; at + 1 < length; at++) {
      int beginning = beginning(window, at);
      if (beginnings.get(beginning)) {
        for (Needle needle : byBeginning.getOrDefault(beginning, List.of())) {
          if (needle.isAt(window, at, length)) {
            found.add(needle.name() + " is in " + place);
          }
        }
      }
    }
  }

  private static int beginning(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }
}
