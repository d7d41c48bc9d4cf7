package io.keymoor.kmip.codec;

/**
 * A value of an enumeration that may grow: known values are constants of the subclass, unknown ones
 * are carried along. Equal by value within one subclass. Immutable.
 */
public abstract class OpenEnum {
  private final int value;
  private final String name;

  protected OpenEnum(int value, String name) {
    this.value = value;
    this.name = name;
  }

  /** The number on the wire, unsigned. */
  public final int value() {
    return value;
  }

  /** The name in XML and JSON; the number in hexadecimal where it has none. */
  public final String name() {
    return name;
  }

  @Override
  public final boolean equals(Object other) {
    return this == other
        || (other instanceof OpenEnum that && getClass() == that.getClass() && value == that.value);
  }

  @Override
  public final int hashCode() {
    return value;
  }

  @Override
  public final String toString() {
    return name;
  }
}
