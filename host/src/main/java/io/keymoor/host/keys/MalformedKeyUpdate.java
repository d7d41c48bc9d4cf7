package io.keymoor.host.keys;

/** The manager sent keys that can't be right. All was left as it was. */
public final class MalformedKeyUpdate extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedKeyUpdate(String what) {
    super(
        "The manager sent an update of this host's keys that can't be right: "
            + what
            + ". This host keeps the keys it has. Check that the host is enrolled at this manager"
            + " and that both run compatible versions.");
  }
}
