package io.keymoor.cli.kms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.cli.client.Password;
import io.keymoor.cli.command.CommandFailed;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads PEM files and other small ones. */
final class PemFile {
  private static final int MAX_BYTES = 256 * 1024;

  private PemFile() {}

  /** Certificates; nothing in them is secret. */
  static String read(Path file) {
    byte[] bytes = bytes(file);
    return new String(bytes, US_ASCII);
  }

  /** A text in UTF-8. */
  static String text(Path file) {
    return new String(bytes(file), UTF_8);
  }

  /** A private key, erasable. */
  static Password secret(Path file) {
    byte[] bytes = bytes(file);
    try {
      CharBuffer decoded = US_ASCII.decode(ByteBuffer.wrap(bytes));
      char[] characters = new char[decoded.remaining()];
      decoded.get(characters);
      if (decoded.hasArray()) {
        Arrays.fill(decoded.array(), '\0');
      }
      return Password.takeOver(characters);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new CommandFailed(file + " is too large to be such a file. Nothing was done.");
      }
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new CommandFailed("The file " + file + " could not be read. Nothing was done.");
    }
  }
}
