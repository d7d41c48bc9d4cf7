package io.keymoor.quickstart.step;

import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/**
 * Without the KMS what there is goes on, also over a power-off: the host has the keys in memory
 * (H3). What needs a new key is refused, and nothing changes.
 */
public final class KillAllNodes implements Step {
  @Override
  public String title() {
    return "Kill the other one: the VM runs on, and starts again";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.kms().killAll();
    guest.requireSameContents();
    String before = scene.keyIdOf(guest.name());
    String refusal = refusal(scene);
    if (!scene.keyIdOf(guest.name()).equals(before)) {
      throw new StoryFailed("A rekey that was refused has changed the key.");
    }
    guest.powerOff();
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.requireSameContents();
    return "The guest ran on; powered off and on again, it reads the same data, for the host has"
        + " the key in memory. A rekey is refused: \""
        + refusal
        + "\"";
  }

  private static String refusal(Scene scene) {
    try {
      scene.client().rekeyVm(scene.guest().name(), Optional.empty());
    } catch (RequestRefused refused) {
      return String.valueOf(refused.getMessage());
    }
    throw new StoryFailed("A rekey began though no key can be had.");
  }
}
