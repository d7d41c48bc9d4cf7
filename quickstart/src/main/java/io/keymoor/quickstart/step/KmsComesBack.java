package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Kms;
import io.keymoor.quickstart.scene.Scene;
import java.util.Optional;

/** The KMS is back: the VM unlocks by itself and starts; then its keys become native again. */
public final class KmsComesBack implements Step {
  @Override
  public String title() {
    return "Start the KMS: the VM unlocks by itself";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    Kms.NODES.forEach(scene.kms()::start);
    scene.expect().unlocked(guest.name());
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.requireSameContents();
    scene.await(scene.client().rekeyVm(guest.name(), Optional.of(Scene.PROVIDER)));
    return "The manager had gone on asking: the VM unlocked, booted and reads the same data. Moved"
        + " back to \""
        + Scene.PROVIDER
        + "\", it needs no KMS any more.";
  }
}
