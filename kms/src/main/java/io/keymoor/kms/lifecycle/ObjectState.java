package io.keymoor.kms.lifecycle;

import java.util.Arrays;

/**
 * The states of a managed cryptographic object (KMIP 2.1 section 4.57, State), with their numbers.
 */
public enum ObjectState {
  /** Made, and not yet to be used to protect anything. */
  PRE_ACTIVE(1),
  /** In use. */
  ACTIVE(2),
  /** No longer used to protect; still used to process what it protected. */
  DEACTIVATED(3),
  /** Known, or feared, to be in other hands. */
  COMPROMISED(4),
  /** The material is gone. */
  DESTROYED(5),
  /** The material is gone, and had been compromised. */
  DESTROYED_COMPROMISED(6);

  private final int number;

  ObjectState(int number) {
    this.number = number;
  }

  /** KMIP's number. */
  public int number() {
    return number;
  }

  /** Whether the material is gone. */
  public boolean isDestroyed() {
    return this == DESTROYED || this == DESTROYED_COMPROMISED;
  }

  /** The state of that number. */
  public static ObjectState of(int number) {
    return Arrays.stream(values())
        .filter(state -> state.number == number)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no state has the number " + number));
  }
}
