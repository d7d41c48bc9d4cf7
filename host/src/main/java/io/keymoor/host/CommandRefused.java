package io.keymoor.host;

/** Why a command did not do what it was asked for, in a sentence for whoever asked. */
final class CommandRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CommandRefused(String sentence) {
    super(sentence);
  }
}
