package io.keymoor.host.link;

/** The manager could not be asked, or its answer makes no sense. The message is for the log. */
sealed class LinkFailure extends Exception permits LinkFailure.Refused {
  private static final long serialVersionUID = 1L;

  LinkFailure(String reason, Throwable cause) {
    super(reason, cause);
  }

  LinkFailure(String reason) {
    super(reason);
  }

  /** The sentence. */
  final String reason() {
    return String.valueOf(getMessage());
  }

  /** The manager understood, and said no: the same again gets the same answer. */
  static final class Refused extends LinkFailure {
    private static final long serialVersionUID = 1L;

    private final String said;

    Refused(String reason, String said) {
      super(reason);
      this.said = said;
    }

    /** The manager's own words, one line. */
    String said() {
      return said;
    }
  }
}
