package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What lets one host join, once: a secret that its manager knows by hash, and the fingerprint of
 * that manager's CA, by which the host knows whom it tells the secret.
 *
 * <pre>
 *   keymoor-join-1.BASE64URL, of
 *     secret        32 bytes
 *     authority     32 bytes, SHA-256 of the CA's certificate
 *     check          4 bytes, the first of the SHA-256 of both
 * </pre>
 *
 * @param secret the secret, base64url without padding
 * @param authority the fingerprint, hexadecimal with colons, upper case
 */
public record JoinToken(String secret, String authority) {
  private static final String PREFIX = "keymoor-join-1.";
  private static final int HALF = 32;
  private static final int CHECK = 4;
  private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

  /** A new one for the manager with this CA fingerprint. */
  public static JoinToken random(String authority, SecureRandom random) {
    byte[] secret = new byte[HALF];
    random.nextBytes(secret);
    return new JoinToken(encoded(secret), authority);
  }

  /**
   * Reads what {@link #text} wrote; space around it does not matter.
   *
   * @throws IllegalArgumentException when it is none or was mistyped; the message is a clause that
   *     says so and never repeats the text
   */
  public static JoinToken parse(String text) {
    String bare = text.strip();
    if (!bare.startsWith(PREFIX)) {
      throw new IllegalArgumentException("it does not begin with " + PREFIX);
    }
    byte[] all = decoded(bare.substring(PREFIX.length()));
    if (all.length != 2 * HALF + CHECK
        || !MessageDigest.isEqual(
            Arrays.copyOfRange(all, 2 * HALF, all.length), check(Arrays.copyOf(all, 2 * HALF)))) {
      throw new IllegalArgumentException("it was cut short or a character of it is wrong");
    }
    return new JoinToken(
        encoded(Arrays.copyOf(all, HALF)), HEX.formatHex(Arrays.copyOfRange(all, HALF, 2 * HALF)));
  }

  /** As people carry it to the host. A secret. */
  public String text() {
    byte[] all = Arrays.copyOf(decoded(secret), 2 * HALF + CHECK);
    System.arraycopy(HEX.parseHex(authority), 0, all, HALF, HALF);
    System.arraycopy(check(Arrays.copyOf(all, 2 * HALF)), 0, all, 2 * HALF, CHECK);
    return PREFIX + encoded(all);
  }

  /** What a manager keeps of a token's secret: from it nobody gets the secret back. */
  public static String hash(String secret) {
    return HexFormat.of().formatHex(sha256(secret.getBytes(US_ASCII)));
  }

  private static byte[] check(byte[] both) {
    return Arrays.copyOf(sha256(both), CHECK);
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] decoded(String text) {
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException foreign) {
      throw new IllegalArgumentException("a character of it is wrong", foreign);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }

  @Override
  public String toString() {
    return "JoinToken[" + authority + "]";
  }
}
