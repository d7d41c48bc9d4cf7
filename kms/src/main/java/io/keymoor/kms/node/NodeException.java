package io.keymoor.kms.node;

/** Why a node cannot be set up, started or administered; a sentence for its administrator. */
public final class NodeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NodeException(String message) {
    super(message);
  }

  public NodeException(String message, Throwable cause) {
    super(message, cause);
  }
}
