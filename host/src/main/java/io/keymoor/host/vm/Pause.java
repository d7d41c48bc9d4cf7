package io.keymoor.host.vm;

import java.time.Duration;

/** Waiting between two looks at libvirt. */
final class Pause {
  private Pause() {}

  /** Waits; an interrupt ends it early and stays set, so that the caller's loop ends soon. */
  static void ofMillis(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
