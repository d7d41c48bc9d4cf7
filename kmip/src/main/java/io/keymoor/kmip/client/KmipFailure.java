package io.keymoor.kmip.client;

import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.ResultReason;
import java.io.Serial;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a call has no answer. The cases say what is known about the operation: {@link Refused} and
 * {@link Unreachable}, it didn't happen; {@link OutcomeUnknown}, it may have.
 */
public abstract sealed class KmipFailure extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String code;

  private KmipFailure(String code, String sentence, @Nullable Throwable cause) {
    super(sentence, cause);
    this.code = code;
  }

  /** Stable, lower case with underscores. */
  public String code() {
    return code;
  }

  /** The server did nothing and says why. */
  public static final class Refused extends KmipFailure {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Operation operation;
    private final transient ResultReason reason;

    Refused(Endpoint server, Operation operation, ResultReason reason, String message) {
      super(
          "kmip_refused", server + " refused " + operation + " (" + reason + "): " + message, null);
      this.operation = operation;
      this.reason = reason;
    }

    public Operation operation() {
      return operation;
    }

    public ResultReason reason() {
      return reason;
    }
  }

  /** No server was reached; nothing was sent, or nothing that matters. */
  public static final class Unreachable extends KmipFailure {
    @Serial private static final long serialVersionUID = 1L;

    private final transient List<ConnectFailure> attempts;

    Unreachable(List<ConnectFailure> attempts) {
      super(
          "kmip_unreachable",
          "no key server answered; nothing was changed there. "
              + String.join("; ", attempts.stream().map(ConnectFailure::sentence).toList()),
          attempts.isEmpty() ? null : attempts.getLast());
      this.attempts = List.copyOf(attempts);
    }

    /** What was tried, in order. */
    public List<ConnectFailure> attempts() {
      return attempts;
    }
  }

  /**
   * The request may have been carried out, and its answer is lost. It was not repeated: a second
   * Create makes a second key. Find out by looking, with Locate for instance.
   */
  public static final class OutcomeUnknown extends KmipFailure {
    @Serial private static final long serialVersionUID = 1L;

    private final transient Operation operation;

    OutcomeUnknown(Endpoint server, Operation operation, Throwable cause) {
      super(
          "kmip_outcome_unknown",
          "the answer of "
              + server
              + " to "
              + operation
              + " was lost, so that it may have been carried out; it was not repeated. Look for"
              + " what it would have made before trying again",
          cause);
      this.operation = operation;
    }

    public Operation operation() {
      return operation;
    }
  }

  /** The server's answer is none to what was asked; it was to something that changes nothing. */
  public static final class BadAnswer extends KmipFailure {
    @Serial private static final long serialVersionUID = 1L;

    BadAnswer(Endpoint server, String sentence) {
      super("kmip_bad_answer", server + " gave no proper answer: " + sentence, null);
    }
  }
}
