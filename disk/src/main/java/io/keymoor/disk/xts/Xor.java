package io.keymoor.disk.xts;

/** Exclusive or over arrays. */
final class Xor {
  private Xor() {}

  /**
   * A plain loop over arrays with one index: fast before it is compiled, and then done in vectors.
   * With two indexes the compiler would have to expect that the arrays overlap.
   */
  static void into(byte[] data, byte[] other, int length) {
    for (int i = 0; i < length; i++) {
      data[i] = (byte) (data[i] ^ other[i]);
    }
  }
}
