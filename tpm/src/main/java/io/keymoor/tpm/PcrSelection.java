package io.keymoor.tpm;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which platform configuration registers of the SHA-256 bank have to be as they were.
 *
 * <p>What firmware measures into them: 0 its code, 4 the boot loader, 7 the state of Secure Boot
 * (TCG PC Client Platform Firmware Profile, table 1). An update of what is measured changes them,
 * and with them goes the secret: {@link #NONE} is the default everywhere. Immutable.
 *
 * @param indexes 0 to 23, ascending, each once
 */
public record PcrSelection(List<Integer> indexes) {
  /** No condition: the same TPM is enough. */
  public static final PcrSelection NONE = new PcrSelection(List.of());

  private static final int REGISTERS = 24;

  public PcrSelection {
    for (int index : indexes) {
      if (index < 0 || index >= REGISTERS) {
        throw new IllegalArgumentException("a TPM has registers 0 to 23, not " + index);
      }
    }
    indexes = List.copyOf(new TreeSet<>(indexes));
  }

  /**
   * Reads {@code 7} or {@code 0,4,7}; the empty text is {@link #NONE}.
   *
   * @throws IllegalArgumentException when it is none, with a sentence that says so
   */
  public static PcrSelection parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    try {
      return new PcrSelection(
          Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList());
    } catch (NumberFormatException notNumber) {
      throw new IllegalArgumentException(
          "registers are numbers with commas between them, like 0,7; not " + text, notNumber);
    }
  }

  /** Whether there is no condition. */
  public boolean isEmpty() {
    return indexes.isEmpty();
  }

  /** As {@link #parse} reads it. */
  public String text() {
    return indexes.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
