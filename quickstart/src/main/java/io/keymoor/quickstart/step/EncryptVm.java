package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Scene;
import java.util.List;
import java.util.Optional;

/** First encryption of home and disk, with the VM powered off. */
public final class EncryptVm implements Step {
  @Override
  public String title() {
    return "Encrypt the VM: home and disk";
  }

  @Override
  public String run(Scene scene) {
    String vm = scene.guest().name();
    JsonNode end =
        scene.await(scene.client().encryptVm(vm, Optional.of(Scene.PROVIDER), List.of()));
    return end.path("result").path("summary").asText()
        + " Key id "
        + scene.keyIdOf(vm)
        + "; the image is now "
        + scene.guest().disk().getFileName()
        + ", the old one was overwritten and removed.";
  }
}
