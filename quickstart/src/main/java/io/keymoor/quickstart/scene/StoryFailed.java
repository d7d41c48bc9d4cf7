package io.keymoor.quickstart.scene;

/** A step could not be done, or what it claims did not hold. The message is for people. */
public final class StoryFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoryFailed(String sentence) {
    super(sentence);
  }

  public StoryFailed(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
