package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/** Boots the VM as it is, reads its data from inside and powers it off. */
public final class BootInClear implements Step {
  @Override
  public String title() {
    return "Boot it, read its data from inside, power it off";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.rememberContents();
    String seen = guest.contents();
    guest.powerOff();
    return "From inside the guest: " + seen + ". " + guest.describeClearDisk();
  }
}
