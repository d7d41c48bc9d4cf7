package io.keymoor.systemtests.availability;

import io.keymoor.quickstart.scene.ClusterScene;

/** Types of provider. */
enum Kind {
  NATIVE("native", ClusterScene.NATIVE),
  STANDARD("standard", ClusterScene.STANDARD);

  private final String title;
  private final String provider;

  Kind(String title, String provider) {
    this.title = title;
    this.provider = provider;
  }

  String title() {
    return title;
  }

  String provider() {
    return provider;
  }
}
