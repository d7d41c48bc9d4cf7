package io.keymoor.disk.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does once, on a small disk, what {@code keymoor disk} is for, so that the Java runtime can write
 * down which classes that takes and which of their methods are worth compiling (its AOT cache; see
 * docs/decisions/0008). {@code main} takes a directory, in which it leaves nothing.
 */
public final class Rehearsal {
  private static final int BYTES = 48 << 20;

  private Rehearsal() {}

  /** Rehearses. */
  public static void main(String[] arguments) throws IOException {
    Path stage = Files.createTempDirectory(Path.of(arguments[0]), "rehearsal");
    try {
      play(stage);
    } finally {
      clear(stage);
    }
  }

  private static void play(Path stage) throws IOException {
    String key = stage.resolve("key").toString();
    String clear = stage.resolve("clear").toString();
    String luks = stage.resolve("luks").toString();
    SecureRandom random = new SecureRandom();
    byte[] secret = new byte[32];
    random.nextBytes(secret);
    Files.writeString(Path.of(key), HexFormat.of().formatHex(secret));
    byte[] disk = new byte[BYTES];
    random.nextBytes(disk);
    Files.write(Path.of(clear), disk);
    List<String> fresh = List.of("--new-key-file", key, "--new-key-is-random");
    run(List.of("encrypt", clear, "--to", luks, "--format", "raw"), fresh);
    run(
        List.of("reencrypt", luks, "--key-file", key, "--to", luks + "2", "--format", "raw"),
        fresh);
    run(List.of("reencrypt", luks, "--key-file", key, "--to", luks + "3"), fresh);
    run(List.of("reencrypt", luks, "--key-file", key, "--in-place"), fresh);
    run(List.of("verify", luks, "--key-file", key), List.of());
    run(List.of("inspect", luks), List.of());
  }

  private static void run(List<String> command, List<String> more) {
    String[] arguments = Stream.concat(command.stream(), more.stream()).toArray(String[]::new);
    PrintWriter nobody =
        new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    PrintWriter errors = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int exit = DiskMain.run(InputStream.nullInputStream(), nobody, errors, arguments);
    if (exit != 0) {
      throw new IllegalStateException("the rehearsal of " + command.getFirst() + " failed");
    }
  }

  private static void clear(Path stage) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(stage)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(stage);
  }
}
