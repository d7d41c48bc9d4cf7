package io.keymoor.cli.command;

/** A command that ends with exit code 1; the message is the sentence for the person. */
public final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailed(String sentence) {
    super(sentence);
  }
}
