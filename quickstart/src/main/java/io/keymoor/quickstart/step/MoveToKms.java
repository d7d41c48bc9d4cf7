package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/** Changing the provider is a shallow rekey (P8): the VM runs on, and its key is in the KMS. */
public final class MoveToKms implements Step {
  @Override
  public String title() {
    return "Move the running VM to a key in the KMS";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    String incarnation = guest.incarnation();
    scene.await(scene.client().rekeyVm(guest.name(), Optional.of(Scene.KMS_PROVIDER)));
    String key = scene.keyIdOf(guest.name());
    if (!scene.providerOf(guest.name()).equals(Scene.KMS_PROVIDER)) {
      throw new StoryFailed("The VM is still under provider " + scene.providerOf(guest.name()));
    }
    if (!scene.kms().has(key)) {
      throw new StoryFailed("The KMS has no key " + key + ".");
    }
    if (!guest.incarnation().equals(incarnation)) {
      throw new StoryFailed("The guest was restarted by a change of provider.");
    }
    guest.requireSameContents();
    return "The VM is under key "
        + key
        + ", which the KMS's administrator sees there. Whoever steals this host now opens nothing"
        + " after a reboot. The guest ran on and reads the same data.";
  }
}
