package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/** With one node of the KMS gone all goes on, and somebody is told. */
public final class KillOneNode implements Step {
  @Override
  public String title() {
    return "Kill one node of the KMS";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.kms().nodes().getFirst().kill();
    JsonNode checked = scene.client().kms().check(Scene.KMS_PROVIDER);
    if (!checked.path("health").asText().equals("WARNING")) {
      throw new StoryFailed("The provider's health is " + checked.path("health") + ".");
    }
    String before = scene.keyIdOf(guest.name());
    scene.await(scene.client().rekeyVm(guest.name(), Optional.empty()));
    String after = scene.keyIdOf(guest.name());
    if (after.equals(before)) {
      throw new StoryFailed("After the rekey the key record still names key " + before + ".");
    }
    guest.requireSameContents();
    return "The provider warns: \""
        + checked.path("details").path(0).asText()
        + "\" A rekey works as before: the other node made key "
        + after
        + ".";
  }
}
