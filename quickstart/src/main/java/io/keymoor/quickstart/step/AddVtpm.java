package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Scene;
import java.util.Optional;

/**
 * The usual first check of a key provider: a vTPM, whose state is encrypted with the home's key.
 */
public final class AddVtpm implements Step {
  @Override
  public String title() {
    return "Add a virtual TPM 2.0";
  }

  @Override
  public String run(Scene scene) {
    JsonNode end = scene.await(scene.client().addTpm(scene.guest().name(), Optional.empty()));
    return end.path("result").path("summary").asText()
        + " Its state will be in "
        + scene.guest().vtpmState()
        + ".";
  }
}
