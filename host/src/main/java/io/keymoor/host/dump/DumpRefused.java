package io.keymoor.host.dump;

/** Why nothing was written or opened, in a sentence for whoever asked. */
public final class DumpRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DumpRefused(String sentence) {
    super(sentence);
  }
}
