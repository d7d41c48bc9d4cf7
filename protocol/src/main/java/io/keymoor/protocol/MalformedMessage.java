package io.keymoor.protocol;

/** The other side sent something that is not the expected message. Nothing was done with it. */
public final class MalformedMessage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedMessage(Class<?> expected, String what) {
    super(
        "The other side sent something that is not a "
            + expected.getSimpleName()
            + " ("
            + what
            + "). It was ignored; check that both sides run compatible versions.");
  }
}
