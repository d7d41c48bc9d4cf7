package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/** A deleted provider: the running VM runs on; after its power-off it is locked, in words (P6). */
public final class DeleteProvider implements Step {
  @Override
  public String title() {
    return "Delete the provider while the VM runs";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    requireConfirmation(scene);
    long revision = scene.expect().hostRevision();
    scene.client().deleteProvider(Scene.PROVIDER, Optional.of(Scene.PROVIDER));
    scene.expect().hostRevisionAfter(revision);
    guest.requireSameContents();
    guest.powerOff();
    String reason = scene.expect().locked(guest.name());
    JsonNode failed = scene.awaitFailure(scene.client().startVm(guest.name()));
    return "The guest ran on without it. Powered off, it is locked: \""
        + reason
        + "\" Starting it fails with code "
        + failed.path("error").path("code").asText()
        + ".";
  }

  private static void requireConfirmation(Scene scene) {
    try {
      scene.client().deleteProvider(Scene.PROVIDER, Optional.empty());
    } catch (RequestRefused refused) {
      if (refused.code().equals("confirmation_required")) {
        return;
      }
      throw refused;
    }
    throw new StoryFailed("A provider in use was deleted without a confirmation.");
  }
}
