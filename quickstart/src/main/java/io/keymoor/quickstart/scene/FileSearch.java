package io.keymoor.quickstart.scene;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks for bytes in files of any size. */
public final class FileSearch {
  private static final int CHUNK = 1024 * 1024;

  private FileSearch() {}

  /** Whether {@code wanted} is anywhere in {@code file}. */
  public static boolean contains(Path file, byte[] wanted) {
    byte[] window = new byte[CHUNK + wanted.length];
    int kept = 0;
    try (InputStream in = Files.newInputStream(file)) {
      int read = in.readNBytes(window, kept, CHUNK);
      while (read > 0) {
        int filled = kept + read;
        if (indexOf(window, filled, wanted) >= 0) {
          return true;
        }
        kept = Math.min(wanted.length - 1, filled);
        System.arraycopy(window, filled - kept, window, 0, kept);
        read = in.readNBytes(window, kept, CHUNK);
      }
      return false;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static int indexOf(byte[] window, int length, byte[] wanted) {
    for (int at = 0; at + wanted.length <= length; at++) {
      int same = 0;
      while (same < wanted.length && window[at + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return at;
      }
    }
    return -1;
  }
}
