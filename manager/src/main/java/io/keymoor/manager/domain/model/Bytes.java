package io.keymoor.manager.domain.model;

import java.util.Arrays;

/** Bytes that are compared by what they are. No secret. Immutable. */
public final class Bytes {
  private final byte[] bytes;

  public Bytes(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  public byte[] toArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return bytes.length + " bytes";
  }
}
