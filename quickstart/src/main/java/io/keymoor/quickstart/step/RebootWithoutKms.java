package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/** A reboot empties the host's memory: without the KMS the VM is locked, in words (H4, V8). */
public final class RebootWithoutKms implements Step {
  @Override
  public String title() {
    return "Reboot the host while the KMS is gone";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    guest.close();
    scene.restartHost();
    scene.expect().hostOnline();
    // At first the host only knows that the manager has not sent the key yet.
    String reason = scene.expect().lockedFor(guest.name(), "no server of the KMS could be used");
    JsonNode failed = scene.awaitFailure(scene.client().startVm(guest.name()));
    return "The host is up, the VM is locked: \""
        + reason
        + "\" Starting it fails with code "
        + failed.path("error").path("code").asText()
        + ".";
  }
}
