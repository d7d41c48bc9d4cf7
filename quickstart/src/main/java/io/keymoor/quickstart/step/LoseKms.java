package io.keymoor.quickstart.step;

import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Kms;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/**
 * The whole KMS and the manager are lost, the agent too: the VM starts from the host's key cache
 * (H3, R6).
 */
public final class LoseKms implements Step {
  @Override
  public String title() {
    return "Stop the KMS and the manager, kill the agent, start the VM";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.kms().stop(Kms.NODES.getLast());
    String refusal = refusedRekey(scene);
    guest.powerOff();
    scene.manager().stop();
    scene.agent().kill();
    scene.agent().start();
    scene.virsh("start", guest.name());
    guest.awaitUp();
    guest.requireSameContents();
    scene.manager().start();
    scene.expect().hostOnline();
    return "No new key without the KMS: \""
        + refusal
        + "\" But the agent, killed and started again, had its keys back from its key holder, and"
        + " `virsh start` worked.";
  }

  private static String refusedRekey(Scene scene) {
    try {
      scene.client().rekeyVm(scene.guest().name(), Optional.of(Scene.KMS_PROVIDER));
    } catch (RequestRefused refused) {
      if (refused.code().equals("key_not_issued")) {
        return String.valueOf(refused.getMessage());
      }
      throw refused;
    }
    throw new StoryFailed("A key was had from a KMS that is gone.");
  }
}
