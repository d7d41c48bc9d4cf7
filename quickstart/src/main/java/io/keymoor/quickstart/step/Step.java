package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Scene;

/** One thing that the quickstart shows. */
public interface Step {
  /** What is done, in the imperative, at most 60 characters. */
  String title();

  /**
   * Does it.
   *
   * @return what was seen, one sentence
   * @throws io.keymoor.quickstart.scene.StoryFailed when it could not be done or the proof failed
   */
  String run(Scene scene);
}
