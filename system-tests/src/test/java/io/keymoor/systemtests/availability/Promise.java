package io.keymoor.systemtests.availability;

/**
 * What comes of a deed.
 *
 * @param outcome how it ends
 * @param words what is read with it, if anything
 */
record Promise(Outcome outcome, String words) {
  /** How a deed ends. */
  enum Outcome {
    WORKS("works"),
    /** It says why, changes nothing, and works once the trouble is over. */
    REFUSED("refused; works afterwards"),
    /** There is no running VM to do it with. */
    OFF("off with its host");

    private final String text;

    Outcome(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static Promise works() {
    return new Promise(Outcome.WORKS, "");
  }

  static Promise refused(String words) {
    return new Promise(Outcome.REFUSED, words);
  }

  static Promise off(String words) {
    return new Promise(Outcome.OFF, words);
  }
}
