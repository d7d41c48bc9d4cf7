package io.keymoor.kmip.codec;

import java.io.Serial;

/**
 * A message whose encoding is sound and whose contents are no KMIP: a field is missing, stands
 * where it doesn't belong, or has no place in the version. The sentence never repeats a value.
 */
public final class InvalidKmip extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int tag;

  public InvalidKmip(Reason reason, int tag, String sentence) {
    super(sentence);
    this.reason = reason;
    this.tag = tag;
  }

  /** What is wrong. */
  public Reason reason() {
    return reason;
  }

  /** The field it is about. */
  public int tag() {
    return tag;
  }

  /** Kinds of wrong. */
  public enum Reason {
    /** A required field isn't there, or not in its place. */
    MISSING_FIELD,
    /** A field that the structure doesn't have in this version, or not there. */
    UNEXPECTED_FIELD,
    /** A field with a value that can't be one. */
    INVALID_FIELD,
    /** Something to be written that the version has no way to say. */
    NOT_IN_THIS_VERSION
  }
}
