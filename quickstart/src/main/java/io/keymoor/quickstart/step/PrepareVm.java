package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;

/** The VM: the user's disk, or a small real guest with a marker file on its disk. */
public final class PrepareVm implements Step {
  @Override
  public String title() {
    return "Prepare a VM and register it";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.prepareGuest();
    scene.expect().domainKnown(guest.name());
    scene.client().registerVm(Scene.HOST, guest.name());
    return guest.describe() + " Registered; nothing about it was changed.";
  }
}
