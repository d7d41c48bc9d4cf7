package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Kms;
import io.keymoor.quickstart.scene.Scene;
import java.util.Optional;

/** One node of a KMS is lost: the other answers (S1). */
public final class LoseKmsNode implements Step {
  @Override
  public String title() {
    return "Stop one node of the KMS and rekey";
  }

  @Override
  public String run(Scene scene) {
    String lost = Kms.NODES.getFirst();
    scene.kms().stop(lost);
    scene.await(scene.client().rekeyVm(scene.guest().name(), Optional.of(Scene.KMS_PROVIDER)));
    return lost
        + " is gone; "
        + Kms.NODES.getLast()
        + " made the new key "
        + scene.keyIdOf(scene.guest().name())
        + ".";
  }
}
