package io.keymoor.provider;

import java.util.UUID;

/**
 * A provider's name for one KEK: 1–128 printable ASCII characters, chosen at random by us or given
 * by a KMS. Not secret.
 *
 * @param text the id
 */
public record KeyId(String text) {
  private static final int MOST_CHARACTERS = 128;

  public KeyId {
    boolean fits = !text.isEmpty() && text.length() <= MOST_CHARACTERS;
    if (!fits || !isPrintable(text)) {
      throw new IllegalArgumentException("a key id has 1 to 128 printable ASCII characters");
    }
  }

  private static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x21 || text.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /** A fresh random id. */
  public static KeyId random() {
    return new KeyId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return text;
  }
}
