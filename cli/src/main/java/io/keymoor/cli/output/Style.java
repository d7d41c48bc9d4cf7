package io.keymoor.cli.output;

/** Colours by meaning; plain text when nobody sees colours. Immutable. */
public final class Style {
  private final boolean colours;

  public Style(boolean colours) {
    this.colours = colours;
  }

  public String good(String text) {
    return wrapped("32", text);
  }

  public String warning(String text) {
    return wrapped("33", text);
  }

  public String bad(String text) {
    return wrapped("31", text);
  }

  public String faint(String text) {
    return wrapped("2", text);
  }

  public String strong(String text) {
    return wrapped("1", text);
  }

  private String wrapped(String code, String text) {
    return colours && !text.isEmpty() ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
