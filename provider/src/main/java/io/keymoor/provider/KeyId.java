package io.keymoor.provider;

import java.util.UUID;

/**
 * A provider's name for one KEK: 1–128 printable ASCII characters, chosen at random by us or given
 * by a KMS. Not secret.
 *
 * @param text the id
 */
public record KeyId(String text) {
  public KeyId {
    if (!text.matches("[\\x21-\\x7e]{1,128}")) {
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
