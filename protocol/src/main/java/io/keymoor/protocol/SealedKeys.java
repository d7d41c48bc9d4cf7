package io.keymoor.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * KEKs of one provider, encrypted to one host in one piece: sealing costs an elliptic curve
 * operation, whether for one key or for a thousand.
 *
 * <pre>
 *   sealed = encapsulated key (32 bytes) | ciphertext of key 1 | … | key n (32 bytes each) | tag (16 bytes)
 * </pre>
 *
 * <p>HPKE as in {@link SealedKey}, with {@link #INFO}; the {@code aad} is {@link #context}, so that
 * what was sealed for another host, cluster or revision, or under other names, does not open.
 *
 * @param provider the keys' provider
 * @param ids the keys' ids, in their order in {@code sealed}; 1 to {@value #MOST}, each once
 * @param sealed the keys
 */
public record SealedKeys(UUID provider, List<String> ids, SealedBytes sealed) {
  /** The HPKE {@code info} of KEKs sent over the host link. */
  public static final String INFO = "keymoor/link/keks/v1";

  /** The most keys in one. */
  public static final int MOST = 1000;

  /** Length of a KEK in bytes. */
  public static final int KEK_BYTES = 32;

  public SealedKeys {
    ids = List.copyOf(ids);
    KeyNames.requireIds(ids, MOST);
    if (ids.isEmpty() || ids.stream().distinct().count() != ids.size()) {
      throw new IllegalArgumentException("a bundle has keys, each once");
    }
    if (sealed.length() != SealedBytes.OVERHEAD_BYTES + ids.size() * KEK_BYTES) {
      throw new IllegalArgumentException("the bundle's length does not fit its ids");
    }
  }

  /** Who a bundle is for. */
  public record Recipient(UUID host, UUID cluster, long revision) {}

  /** The HPKE {@code aad}: everything about the bundle but the keys. */
  public static byte[] context(Recipient recipient, UUID provider, List<String> ids) {
    return String.join(
            "/",
            recipient.host().toString(),
            recipient.cluster().toString(),
            Long.toString(recipient.revision()),
            provider.toString(),
            digest(ids))
        .getBytes(UTF_8);
  }

  private static String digest(List<String> ids) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ids.forEach(id -> digest.update((id + "\n").getBytes(UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }
}
