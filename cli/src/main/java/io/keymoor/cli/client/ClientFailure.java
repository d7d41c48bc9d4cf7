package io.keymoor.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;

/** Why a call gave no result. The message is what a person should read. */
public abstract sealed class ClientFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private ClientFailure(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  private ClientFailure(String sentence) {
    super(sentence);
  }

  /** The context file is missing or can't be used. No connection was tried. */
  public static final class ContextUnusable extends ClientFailure {
    private static final long serialVersionUID = 1L;

    ContextUnusable(Path file, String why) {
      super(
          "The context file "
              + file
              + " "
              + why
              + " Name another one with --context or KEYMOOR_CONTEXT; `keymoor manager init` writes"
              + " one into its admin directory.");
    }
  }

  /** No answer came. {@link #layer()} says how far it got. */
  public static final class ManagerUnreachable extends ClientFailure {
    private static final long serialVersionUID = 1L;

    private final Layer layer;

    ManagerUnreachable(Layer layer, String sentence, Throwable cause) {
      super(sentence, cause);
      this.layer = layer;
    }

    public Layer layer() {
      return layer;
    }
  }

  /** The parts of a connection, in the order in which they are set up. */
  public enum Layer {
    DNS,
    TCP,
    TLS,
    MANAGER_CERTIFICATE,
    OWN_CERTIFICATE,
    ANSWER
  }

  /** The manager answered with a problem; the message is its {@code detail}. */
  public static final class RequestRefused extends ClientFailure {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient JsonNode problem;

    RequestRefused(int status, String code, String detail, JsonNode problem) {
      super(detail);
      this.status = status;
      this.code = code;
      this.problem = problem;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    /** The stable code, such as {@code confirmation_required}; empty when there is none. */
    public String code() {
      return code;
    }

    /** The whole problem document, for what it carries beyond the sentence. */
    public JsonNode problem() {
      return problem;
    }
  }

  /** What came back is not what this API says. */
  public static final class AnswerNotUnderstood extends ClientFailure {
    private static final long serialVersionUID = 1L;

    AnswerNotUnderstood(String what) {
      super(
          "The manager's answer was not understood ("
              + what
              + "). Check that the url of the context is a Keymoor manager's and that both have"
              + " compatible versions.");
    }
  }
}
