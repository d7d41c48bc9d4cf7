package io.keymoor.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * A structure of a TPM, or a certificate in one: 1 to {@value #MOST_BYTES} bytes, base64 in JSON.
 * Immutable.
 */
public final class TpmBytes {
  private static final int MOST_BYTES = 16 * 1024;

  private final byte[] bytes;

  /** Takes a copy of {@code bytes}. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public TpmBytes(byte[] bytes) {
    if (bytes.length < 1 || bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException("1 to " + MOST_BYTES + " bytes, not " + bytes.length);
    }
    this.bytes = bytes.clone();
  }

  /** A copy of the bytes. */
  @JsonValue
  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TpmBytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return "TpmBytes[" + bytes.length + "]";
  }
}
