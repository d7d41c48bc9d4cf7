package io.keymoor.ttlv;

import java.io.Serial;

/**
 * Bytes that are no message of the encoding, or a message beyond the {@link Limits}. The sentence
 * names the place and never repeats a value: it may be key material.
 */
public final class MalformedTtlv extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int offset;

  public MalformedTtlv(Reason reason, int offset, String sentence) {
    super(sentence + " (at byte " + offset + ")");
    this.reason = reason;
    this.offset = offset;
  }

  /** What kind of refusal this is. */
  public Reason reason() {
    return reason;
  }

  /** Byte offset into the frame or text at which it was noticed. */
  public int offset() {
    return offset;
  }

  /** Kinds of refusal. */
  public enum Reason {
    /** The data end inside an item, or an item reaches beyond the structure around it. */
    TRUNCATED,
    /** A type byte, length, padding, boolean or character that the encoding doesn't allow. */
    BAD_ENCODING,
    /** Another tag than the reader needs here. */
    UNEXPECTED_TAG,
    /** The item has another type than the reader needs. */
    WRONG_TYPE,
    /** Larger, deeper or more than {@link Limits} allow. */
    TOO_LARGE,
    /** A name of a tag or of an enumeration's value that is not known. */
    UNKNOWN_NAME,
    /** A value that the target encoding can't express, such as a control character in XML. */
    UNREPRESENTABLE
  }
}
