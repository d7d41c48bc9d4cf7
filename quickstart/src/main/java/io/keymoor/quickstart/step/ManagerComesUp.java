package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Scene;

/** A manager with its own PostgreSQL, in a process of its own. */
public final class ManagerComesUp implements Step {
  @Override
  public String title() {
    return "Start a manager with its own PostgreSQL";
  }

  @Override
  public String run(Scene scene) {
    scene.manager().init();
    scene.manager().start();
    JsonNode about = scene.client().about();
    return "Keymoor "
        + about.path("version").asText()
        + " answers on "
        + scene.manager().url()
        + ", over TLS with certificates on both sides.";
  }
}
