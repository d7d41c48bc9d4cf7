package io.keymoor.cli.client;

import java.util.Arrays;

/**
 * A password or another secret text, erasable, never a String. The owner closes it. Not
 * thread-safe.
 */
public final class Password implements AutoCloseable {
  private final char[] characters;

  private Password(char[] characters) {
    this.characters = characters;
  }

  /** Takes the array over; {@link #close} zeroes it. */
  public static Password takeOver(char[] characters) {
    return new Password(characters);
  }

  /** No password at all; a backup without one opens for everybody who has the file. */
  public static Password none() {
    return new Password(new char[0]);
  }

  public boolean isEmpty() {
    return characters.length == 0;
  }

  /** The characters themselves, not a copy. */
  char[] characters() {
    return characters;
  }

  @Override
  public void close() {
    Arrays.fill(characters, '\0');
  }

  @Override
  public String toString() {
    return "Password[" + (isEmpty() ? "empty" : "set") + "]";
  }
}
