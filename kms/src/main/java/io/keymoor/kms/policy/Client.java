package io.keymoor.kms.policy;

import java.util.Optional;

/**
 * Who may connect.
 *
 * @param name the name that objects are owned by
 * @param group the group whose members share objects as the group says
 * @param administrator whether this client administers everybody's objects instead of having own
 */
public record Client(String name, Optional<String> group, boolean administrator) {
  private static final String PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  public Client {
    if (!isName(name)) {
      throw new IllegalArgumentException("not a client's name: " + name);
    }
  }

  /** Whether a text can be the name of a client or a group. */
  public static boolean isName(String name) {
    return name.matches(PATTERN);
  }
}
