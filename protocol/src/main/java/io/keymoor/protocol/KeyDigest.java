package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Fingerprints of sets of key names, equal when the sets are: of keys that a host has as {@link
 * HeldDigest} says, of missing ones SHA-256 over one line per key, {@code provider/id reason},
 * sorted by code unit, each ended by a line feed. In hexadecimal.
 */
public final class KeyDigest {
  /** Of no key. */
  public static final String NOTHING_HELD = new HeldDigest().text();

  /** Of no missing key. */
  public static final String NOTHING_MISSING = of(Stream.empty());

  private KeyDigest() {}

  /** Of keys that a host has. */
  public static String ofHeld(Collection<KeyNames> keys) {
    HeldDigest digest = new HeldDigest();
    keys.forEach(names -> names.ids().forEach(id -> digest.add(names.provider(), id)));
    return digest.text();
  }

  /** Of keys that can't be had, reasons included: a new reason is news. */
  public static String ofMissing(Collection<MissingKeys> keys) {
    return of(
        keys.stream()
            .flatMap(missing ->
                missing.ids().stream()
                    .map(id -> missing.provider() + "/" + id + " " + missing.reason())));
  }

  private static String of(Stream<String> lines) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> sorted = lines.sorted().toList();
      sorted.forEach(line -> digest.update((line + "\n").getBytes(UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }
}
