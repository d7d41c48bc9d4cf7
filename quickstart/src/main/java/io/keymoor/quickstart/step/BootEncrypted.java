package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/** Boots the encrypted VM; the guest reads its data and talks to its TPM. */
public final class BootEncrypted implements Step {
  @Override
  public String title() {
    return "Boot the encrypted VM and talk to its TPM";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.requireSameContents();
    return "The guest reads the same data and says of its TPM: "
        + guest.talkToTpm()
        + ". "
        + guest.proveVtpmStateEncrypted();
  }
}
