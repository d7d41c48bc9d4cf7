package io.keymoor.database;

/** Why tables were not brought up to date, in a sentence for people. They are as they were. */
public final class SchemaRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  SchemaRefused(String sentence) {
    super(sentence);
  }

  SchemaRefused(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
