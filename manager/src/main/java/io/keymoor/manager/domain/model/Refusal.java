package io.keymoor.manager.domain.model;

/**
 * Why a request was not carried out. The message says what was wrong, what was left as it was and
 * what to do; the code is stable. Nothing was changed by a refused request.
 */
public abstract sealed class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String code;

  private Refusal(String code, String sentence) {
    super(sentence);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** The message, never null. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** The request itself is wrong. */
  public static final class Invalid extends Refusal {
    private static final long serialVersionUID = 1L;

    public Invalid(String code, String sentence) {
      super(code, sentence);
    }
  }

  /** The caller may not do this. */
  public static final class Forbidden extends Refusal {
    private static final long serialVersionUID = 1L;

    public Forbidden(String code, String sentence) {
      super(code, sentence);
    }
  }

  /** What the request names does not exist. */
  public static final class NotFound extends Refusal {
    private static final long serialVersionUID = 1L;

    public NotFound(String code, String sentence) {
      super(code, sentence);
    }

    /** Nothing of this kind has this name or id. */
    public static NotFound of(String kind, String nameOrId) {
      return new NotFound(
          kind + "_not_found",
          "There is no "
              + kind
              + " \""
              + nameOrId
              + "\". Nothing was changed. See which there are with: keymoor "
              + kind
              + " list");
    }
  }

  /** It does not fit the present state. */
  public static final class Conflict extends Refusal {
    private static final long serialVersionUID = 1L;

    public Conflict(String code, String sentence) {
      super(code, sentence);
    }
  }

  /** A person must first see what a deletion does, and confirm it by name (P6). */
  public static final class ConfirmationRequired extends Refusal {
    private static final long serialVersionUID = 1L;

    private final transient DeletionImpact impact;

    public ConfirmationRequired(String sentence, DeletionImpact impact) {
      super("confirmation_required", sentence);
      this.impact = impact;
    }

    public DeletionImpact impact() {
      return impact;
    }
  }
}
