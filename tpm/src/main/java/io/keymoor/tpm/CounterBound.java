package io.keymoor.tpm;

/**
 * How long a sealed secret lives: it opens while a counter in the TPM is not beyond a value. A
 * TPM's counters never go back, also not when one is removed and made again under its index: a new
 * one begins above every counter that the TPM ever had (TPM 2.0 library, part 1, section 37.2.4.3).
 * So what was sealed for a lower value is dead for good. Immutable.
 *
 * @param index the counter's NV index, one of the owner's
 * @param highest the last value with which it opens
 */
public record CounterBound(int index, long highest) {
  static final int FIRST = 0x01800000;
  static final int LAST = 0x01bfffff;

  public CounterBound {
    if (index < FIRST || index > LAST || highest < 1) {
      throw new IllegalArgumentException("this is no counter of a TPM's owner");
    }
  }

  /** As a blob has it. */
  String text() {
    return index + " " + highest;
  }

  static CounterBound parse(String text) {
    String[] words = text.split(" ", -1);
    if (words.length != 2) {
      throw new IllegalArgumentException("a counter has an index and a value");
    }
    return new CounterBound(Integer.parseInt(words[0]), Long.parseLong(words[1]));
  }

  /** As tpm2-tools take an index. */
  String handle() {
    return "0x%08x".formatted(index);
  }
}
