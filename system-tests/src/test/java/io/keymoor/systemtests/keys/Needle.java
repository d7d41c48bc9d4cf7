package io.keymoor.systemtests.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Bytes to look for; at least 16 of them, so that chance finds nothing. */
final class Needle {
  private static final int BYTES_IN_A_GROUP = 3;
  private static final int DIGITS_IN_A_GROUP = 4;

  private final String name;
  private final byte[] bytes;

  /** What {@code bytes} are, for people. */
  Needle(String name, byte[] bytes) {
    if (bytes.length < 16) {
      throw new IllegalArgumentException("a needle has at least 16 bytes");
    }
    this.name = name;
    this.bytes = bytes;
  }

  String name() {
    return name;
  }

  byte[] bytes() {
    return bytes;
  }

  /** The forms in which a secret might lie somewhere: raw, hexadecimal, base64. */
  static List<Needle> formsOf(String name, byte[] secret) {
    List<Needle> forms = new ArrayList<>();
    forms.add(new Needle(name + " raw", secret.clone()));
    forms.add(new Needle(name + " in hex", text(HexFormat.of().formatHex(secret))));
    forms.add(new Needle(name + " in HEX", text(HexFormat.of().withUpperCase().formatHex(secret))));
    forms.add(new Needle(name + " reversed", reversed(secret)));
    for (int before = 0; before < BYTES_IN_A_GROUP; before++) {
      String base64 = inside(secret, before);
      forms.add(new Needle(name + " in base64, place " + before, text(base64)));
      String url = base64.replace('+', '-').replace('/', '_');
      if (!url.equals(base64)) {
        forms.add(new Needle(name + " in base64url, place " + before, text(url)));
      }
    }
    return forms;
  }

  /** The digits that depend on the secret alone when so many bytes stand before it. */
  private static String inside(byte[] secret, int before) {
    byte[] shifted = new byte[before + secret.length];
    System.arraycopy(secret, 0, shifted, before, secret.length);
    String digits = Base64.getEncoder().withoutPadding().encodeToString(shifted);
    int from = before == 0 ? 0 : DIGITS_IN_A_GROUP;
    int to = shifted.length / BYTES_IN_A_GROUP * DIGITS_IN_A_GROUP;
    return digits.substring(from, to);
  }

  /** As a number in little-endian order. */
  private static byte[] reversed(byte[] secret) {
    byte[] reversed = new byte[secret.length];
    for (int i = 0; i < secret.length; i++) {
      reversed[i] = secret[secret.length - 1 - i];
    }
    return reversed;
  }

  private static byte[] text(String digits) {
    return digits.getBytes(US_ASCII);
  }

  /** Whether {@code window} has it at {@code at}. */
  boolean isAt(byte[] window, int at, int length) {
    return at + bytes.length <= length
        && Arrays.equals(bytes, 0, bytes.length, window, at, at + bytes.length);
  }

  /** Without the bytes: a failing test prints this. */
  @Override
  public String toString() {
    return name;
  }
}
