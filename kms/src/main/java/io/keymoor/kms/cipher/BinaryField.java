package io.keymoor.kms.cipher;

/**
 * The fields of key splitting (KMIP 1.4 section 2.2.5), computed without tables or branches on
 * values: tables would tell a neighbour on the processor which entries a secret looked up.
 *
 * <p>GF(2^8) is that of AES (FIPS 197, section 4). GF(2^16) is GF(2^8)[y]/(y^2+y+m), m = 0x3a; the
 * element uy+v stands as the bytes u, v. Of the product, the specification prints the constant term
 * as ru + svm; by its own polynomial and its own inverse it is sv + rum, which is what is here.
 */
enum BinaryField {
  /** GF(2^8). */
  OF_BYTES(1) {
    @Override
    int multiply(int a, int b) {
      return product(a, b);
    }

    @Override
    int inverse(int a) {
      return reciprocal(a);
    }
  },

  /** GF(2^16). */
  OF_PAIRS(2) {
    @Override
    int multiply(int a, int b) {
      int r = a >> 8;
      int s = a & 0xff;
      int u = b >> 8;
      int v = b & 0xff;
      int low = product(s, v);
      int high = product(r ^ s, u ^ v) ^ low;
      return (high << 8) | (low ^ product(product(r, u), M));
    }

    @Override
    int inverse(int a) {
      int u = a >> 8;
      int v = a & 0xff;
      int d = product(u ^ v, v) ^ product(M, product(u, u));
      int e = reciprocal(d);
      return (product(u, e) << 8) | product(u ^ v, e);
    }
  };

  private static final int M = 0x3a;
  private static final int AES_POLYNOMIAL = 0x1b;

  private final int bytes;

  BinaryField(int bytes) {
    this.bytes = bytes;
  }

  abstract int multiply(int a, int b);

  /** 1/a; 0 for 0. */
  abstract int inverse(int a);

  /** The bytes of one element. */
  int bytes() {
    return bytes;
  }

  void requireWhole(int length) {
    if (length % bytes != 0) {
      throw SecretSharing.bad("A key of an odd number of bytes can't be split by GF(2^16).");
    }
  }

  int get(byte[] elements, int at) {
    int value = 0;
    for (int i = 0; i < bytes; i++) {
      value = (value << 8) | (elements[at + i] & 0xff);
    }
    return value;
  }

  void set(byte[] elements, int at, int value) {
    for (int i = 0; i < bytes; i++) {
      elements[at + i] = (byte) (value >> (8 * (bytes - 1 - i)));
    }
  }

  private static int product(int a, int b) {
    int left = a;
    int sum = 0;
    for (int bit = 0; bit < 8; bit++) {
      sum ^= left & -((b >> bit) & 1);
      left = ((left << 1) & 0xff) ^ (AES_POLYNOMIAL & -((left >> 7) & 1));
    }
    return sum;
  }

  /** a^254, which is 1/a. */
  private static int reciprocal(int a) {
    int power = a;
    int result = 1;
    for (int i = 0; i < 7; i++) {
      power = product(power, power);
      result = product(result, power);
    }
    return result;
  }
}
