package io.keymoor.cli.command;

import io.keymoor.cli.client.Password;
import io.keymoor.cli.output.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/**
 * Where the password of a backup file comes from: a file, standard input, or a prompt. Never the
 * command line, which everybody on the machine can read.
 */
public final class PasswordOptions {
  private static final int MAX_BYTES = 4096;

  @ArgGroup(exclusive = true)
  private Source source = new Source();

  /** At most one of the two. */
  static final class Source {
    @Option(
        names = "--password-file",
        paramLabel = "FILE",
        description = "Read the password from the first line of this file.")
    private Optional<Path> file = Optional.empty();

    @Option(
        names = "--password-stdin",
        description = "Read the password from the first line of standard input.")
    private boolean stdin;
  }

  /** The password, asked for once. Without a source and a person it is empty. */
  public Password read(Terminal terminal, String question) {
    return given(terminal)
        .orElseGet(() ->
            terminal
                .askPassword(question + ": ")
                .map(Password::takeOver)
                .orElseGet(Password::none));
  }

  /** The password for a new backup: typed twice when a person types it. */
  public Password readNew(Terminal terminal, String question) {
    Optional<Password> given = given(terminal);
    if (given.isPresent()) {
      return given.get();
    }
    Optional<char[]> first = terminal.askPassword(question + ": ");
    if (first.isEmpty()) {
      return Password.none();
    }
    char[] second = terminal.askPassword("The same again: ").orElse(new char[0]);
    boolean same = Arrays.equals(first.get(), second);
    Arrays.fill(second, '\0');
    if (!same) {
      Arrays.fill(first.get(), '\0');
      throw new CommandFailed("The two passwords differ. No backup was made; try again.");
    }
    return Password.takeOver(first.get());
  }

  private Optional<Password> given(Terminal terminal) {
    try {
      if (source.file.isPresent()) {
        try (InputStream file = Files.newInputStream(source.file.get())) {
          return Optional.of(firstLine(file));
        }
      }
      return source.stdin ? Optional.of(firstLine(terminal.in())) : Optional.empty();
    } catch (CharacterCodingException malformed) {
      throw new CommandFailed("The password is not UTF-8 text. Nothing was done.");
    } catch (IOException unreadable) {
      throw new CommandFailed(
          "The password could not be read"
              + source.file.map(file -> " from " + file).orElse("")
              + ". Nothing was done.");
    }
  }

  private static Password firstLine(InputStream in) throws IOException {
    byte[] bytes = new byte[MAX_BYTES];
    CharBuffer decoded = CharBuffer.allocate(0);
    try {
      int length = 0;
      int next = in.read();
      while (next >= 0 && next != '\n' && length < MAX_BYTES) {
        bytes[length++] = (byte) next;
        next = in.read();
      }
      if (length > 0 && bytes[length - 1] == '\r') {
        length--;
      }
      decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length));
      char[] characters = new char[decoded.remaining()];
      decoded.get(characters);
      return Password.takeOver(characters);
    } finally {
      Arrays.fill(bytes, (byte) 0);
      Arrays.fill(decoded.hasArray() ? decoded.array() : new char[0], '\0');
    }
  }
}
