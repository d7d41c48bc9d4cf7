package io.keymoor.quickstart.scene;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.Deflater;

/**
 * The file in which swtpm keeps a TPM's permanent state. It begins with a header, big-endian:
 *
 * <pre>
 *   version (1 byte), minimum version (1), header size (2), flags (2), total length (4)
 * </pre>
 *
 * <p>Bit 0 of the flags says that what follows is encrypted.
 */
final class VtpmStateFile {
  private static final String NAME = "tpm2-00.permall";
  private static final int FLAGS = 4;
  private static final int HEADER_BYTES = 10;
  private static final int ENCRYPTED = 1;
  private static final double INCOMPRESSIBLE = 0.97;

  private VtpmStateFile() {}

  static Path find(Path state) {
    try (Stream<Path> files = Files.walk(state, FileVisitOption.FOLLOW_LINKS)) {
      return files
          .filter(file -> file.endsWith(NAME))
          .findFirst()
          .orElseThrow(() -> new StoryFailed("There is no TPM state in " + state + "."));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static void requireEncrypted(Path file, byte[] storedInTpm) {
    byte[] state = read(file);
    if (state.length < HEADER_BYTES) {
      throw new StoryFailed("The TPM state " + file + " is cut short.");
    }
    int flags = ByteBuffer.wrap(state).order(ByteOrder.BIG_ENDIAN).getShort(FLAGS);
    if ((flags & ENCRYPTED) == 0 || compressedShare(state) < INCOMPRESSIBLE) {
      throw new StoryFailed("The TPM state " + file + " is not encrypted.");
    }
    if (storedInTpm.length > 0 && FileSearch.contains(file, storedInTpm)) {
      throw new StoryFailed("What the guest stored in its TPM can be read in " + file + ".");
    }
  }

  private static double compressedShare(byte[] state) {
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION);
    try {
      deflater.setInput(state, HEADER_BYTES, state.length - HEADER_BYTES);
      deflater.finish();
      byte[] sink = new byte[state.length * 2 + 64];
      return (double) deflater.deflate(sink) / (state.length - HEADER_BYTES);
    } finally {
      deflater.end();
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
