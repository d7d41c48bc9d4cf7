package io.keymoor.secret;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * An immutable run of key bytes that can be erased.
 *
 * <p>Guarantees: the bytes are held outside the Java heap, in memory locked into RAM and excluded
 * from core dumps where the system permits; they are zeroed by {@link #close()}, and when the
 * garbage collector finds one that its owner forgot; {@link #equals} takes the same time whatever
 * the contents; {@link #toString} shows the length only; the type is not serialisable. Clear bytes
 * are read through {@link ClearBytes} and nowhere else.
 *
 * <p>The one who creates or receives a {@code SecretBytes} owns it and closes it; a method that
 * only uses one never closes it. Closing twice is harmless, using a closed one throws {@link
 * IllegalStateException}.
 *
 * <p>Thread-safe: a close waits for readers and readers never see a partly zeroed value.
 */
public final class SecretBytes implements AutoCloseable {
  private final KeyMemory.Slot slot;

  private SecretBytes(int length) {
    this.slot = KeyMemory.shared().allocate(length, this);
  }

  /** Fresh random bytes from {@code random}; {@code length} in bytes, at least 1. */
  public static SecretBytes random(int length, SecureRandom random) {
    if (length < 1) {
      throw new IllegalArgumentException("a secret needs at least 1 byte, not " + length);
    }
    byte[] clear = new byte[length];
    random.nextBytes(clear);
    return takeOver(clear);
  }

  /** Moves {@code clear} into a new secret and zeroes the array, also when this throws. */
  public static SecretBytes takeOver(byte[] clear) {
    try {
      SecretBytes secret = new SecretBytes(clear.length);
      secret.slot.write(clear, 0);
      return secret;
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /** A secret with a copy of these bytes, which stay the caller's to zero. */
  public static SecretBytes copyOf(byte[] source, int from, int length) {
    Objects.checkFromIndexSize(from, length, source.length);
    SecretBytes secret = new SecretBytes(length);
    secret.slot.write(source, from);
    return secret;
  }

  /** The bytes of all {@code parts} in their order, in one secret owned by the caller. */
  public static SecretBytes joined(List<SecretBytes> parts) {
    byte[] clear = new byte[parts.stream().mapToInt(SecretBytes::length).sum()];
    int end = 0;
    for (SecretBytes part : parts) {
      byte[] piece = part.clear();
      System.arraycopy(piece, 0, clear, end, piece.length);
      Arrays.fill(piece, (byte) 0);
      end += piece.length;
    }
    return takeOver(clear);
  }

  /**
   * Secrets of {@code each} bytes that {@link #joined} together are this one, owned by the caller.
   *
   * @throws IllegalArgumentException when the length is no multiple of {@code each}
   */
  public List<SecretBytes> cut(int each) {
    if (each < 1 || length() % each != 0) {
      throw new IllegalArgumentException(length() + " bytes are not cut into " + each + " each");
    }
    byte[] clear = clear();
    try {
      List<SecretBytes> pieces = new ArrayList<>();
      for (int start = 0; start < clear.length; start += each) {
        pieces.add(takeOver(Arrays.copyOfRange(clear, start, start + each)));
      }
      return pieces;
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /** The number of bytes; known also after {@link #close()}. */
  public int length() {
    return slot.length();
  }

  /** A second, independent secret with the same bytes, owned by the caller. */
  public SecretBytes copy() {
    return takeOver(clear());
  }

  /** True once the bytes are gone. */
  public boolean isClosed() {
    return slot.isReleased();
  }

  KeyMemory.Slot slot() {
    return slot;
  }

  /** A heap copy of the bytes; the caller zeroes it. Only {@link ClearBytes} calls this. */
  byte[] clear() {
    return slot.read();
  }

  /** Zeroes the bytes. Idempotent. */
  @Override
  public void close() {
    slot.release();
  }

  /** Equal when open and byte for byte the same, compared in constant time. */
  @Override
  public boolean equals(Object other) {
    return other instanceof SecretBytes that && (this == that || slot.sameAs(that.slot));
  }

  /** Depends on the length only, so that a hash never says anything about key bytes. */
  @Override
  public int hashCode() {
    return slot.length();
  }

  @Override
  public String toString() {
    return "SecretBytes[" + slot.length() + " bytes" + (isClosed() ? ", erased]" : "]");
  }
}
