package io.keymoor.provider;

/** The two kinds of key provider. */
public enum ProviderType {
  /** Keys are derived on the hosts from a KDK that the manager made. */
  NATIVE("native"),
  /** Keys are in an external KMS that speaks KMIP. */
  STANDARD("standard");

  private final String text;

  ProviderType(String text) {
    this.text = text;
  }

  /** The form used in records and messages. */
  public String text() {
    return text;
  }

  /** The type whose {@link #text} is given. */
  public static ProviderType of(String text) {
    for (ProviderType type : values()) {
      if (type.text.equals(text)) {
        return type;
      }
    }
    throw new IllegalArgumentException("no provider type is called so");
  }
}
