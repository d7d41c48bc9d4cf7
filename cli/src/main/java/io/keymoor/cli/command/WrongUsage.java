package io.keymoor.cli.command;

/** Options that don't go together: exit code 2. The message says which. */
public final class WrongUsage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public WrongUsage(String sentence) {
    super(sentence);
  }
}
