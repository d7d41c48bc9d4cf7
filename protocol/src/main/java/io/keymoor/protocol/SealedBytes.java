package io.keymoor.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * What a {@link SealedKeys} holds, base64 in JSON; at least 49 and at most {@value #MOST_BYTES}
 * bytes. Immutable.
 */
public final class SealedBytes {
  /** Encapsulated key and tag. */
  static final int OVERHEAD_BYTES = 48;

  private static final int MOST_BYTES = OVERHEAD_BYTES + SealedKeys.MOST * SealedKeys.KEK_BYTES;

  private final byte[] bytes;

  /** Takes a copy of {@code bytes}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public SealedBytes(byte[] bytes) {
    if (bytes.length <= OVERHEAD_BYTES || bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "sealed keys have 49 to " + MOST_BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the sealed bytes. */
  @JsonValue
  public byte[] bytes() {
    return bytes.clone();
  }

  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SealedBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "SealedBytes[" + bytes.length + "]";
  }
}
