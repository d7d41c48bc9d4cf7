package io.keymoor.kms.command;

import io.keymoor.kms.node.NodeException;
import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Small files that commands read. */
final class InputFile {
  private static final int MOST_BYTES = 4096;

  private InputFile() {}

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The file " + file + " cannot be read", unreadable);
    }
  }

  /** The first line of a file, as a secret. */
  static SecretBytes secretLine(Path file) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("The file " + file + " cannot be read", unreadable);
    }
    try {
      int length = 0;
      while (length < bytes.length && bytes[length] != '\n' && bytes[length] != '\r') {
        length++;
      }
      if (length == 0 || length > MOST_BYTES) {
        throw new NodeException("The first line of " + file + " is empty or too long.");
      }
      return SecretBytes.takeOver(Arrays.copyOf(bytes, length));
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
