package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Kms;
import io.keymoor.quickstart.scene.Scene;

/**
 * A host that restarts while the KMS is away has no keys: its VMs are locked and say why (H4, V8).
 */
public final class RestartHostWithoutKms implements Step {
  @Override
  public String title() {
    return "Restart the host while the KMS is gone";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    String node = Kms.NODES.getFirst();
    guest.powerOff();
    scene.restartHost();
    scene.agent().start();
    scene.expect().hostOnline();
    String reason = scene.expect().lockedSaying(guest.name(), scene.kms().place(node));
    String mode = scene.expect().encryptionMode("error");
    JsonNode failed = scene.awaitFailure(scene.client().startVm(guest.name()));
    return "The VM is locked: \""
        + reason
        + "\" Starting it fails with code "
        + failed.path("error").path("code").asText()
        + ". The host is in encryption mode error: \""
        + mode
        + "\"";
  }
}
