package io.keymoor.provider;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A provider's name as people type it: 1–80 characters, none of them control characters or slashes,
 * no white space at either end, and not in the form of a UUID, so that "name or id" is never
 * ambiguous. Two names that differ in case only are the same name.
 *
 * @param text the name as it was typed
 */
public record ProviderName(String text) {
  private static final int MAX_LENGTH = 80;
  private static final int UUID_LENGTH = 36;
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  public ProviderName {
    if (text.isEmpty() || text.codePointCount(0, text.length()) > MAX_LENGTH) {
      throw new ProviderException.InvalidName("has 1 to 80 characters, not " + text.length());
    }
    if (!text.strip().equals(text)) {
      throw new ProviderException.InvalidName("does not begin or end with a space");
    }
    if (hasForbidden(text)) {
      throw new ProviderException.InvalidName("has no control characters and no '/' in it");
    }
    if (text.length() == UUID_LENGTH && UUID.matcher(text).matches()) {
      throw new ProviderException.InvalidName("does not look like a UUID");
    }
  }

  /** Control characters are in the basic plane, so that no surrogate is one. */
  private static boolean hasForbidden(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '/') {
        return true;
      }
    }
    return false;
  }

  private String folded() {
    return text.toLowerCase(Locale.ROOT);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ProviderName that && folded().equals(that.folded());
  }

  @Override
  public int hashCode() {
    return folded().hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
