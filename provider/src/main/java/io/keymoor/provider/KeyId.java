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
    if (!fits || !text.chars().allMatch(c -> c >= 0x21 && c <= 0x7e)) {
      throw new IllegalArgumentException("a key id has 1 to 128 printable ASCII characters");
    }
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
