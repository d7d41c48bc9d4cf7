package io.keymoor.host.link;

/** The manager could not be asked, or its answer makes no sense. The message is for the log. */
final class LinkFailure extends Exception {
  private static final long serialVersionUID = 1L;

  LinkFailure(String reason, Throwable cause) {
    super(reason, cause);
  }

  LinkFailure(String reason) {
    super(reason);
  }

  /** The sentence. */
  String reason() {
    return String.valueOf(getMessage());
  }
}
