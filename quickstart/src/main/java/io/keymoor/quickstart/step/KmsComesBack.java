package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/** The KMS is back: the host gets the key from the manager, and the VM unlocks by itself. */
public final class KmsComesBack implements Step {
  @Override
  public String title() {
    return "Start the KMS again: the VM unlocks by itself";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.kms().start();
    scene.expect().unlocked(guest.name());
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.requireSameContents();
    return "Nobody did anything but start the KMS. The manager fetched the key and sent it to the"
        + " host, sealed to it; the VM booted and reads the same data.";
  }
}
