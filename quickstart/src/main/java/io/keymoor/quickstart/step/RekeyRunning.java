package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/** Shallow rekey while the guest runs: a new key over the data keys, no disk data touched. */
public final class RekeyRunning implements Step {
  @Override
  public String title() {
    return "Rekey the running VM (shallow)";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    String before = scene.keyIdOf(guest.name());
    String incarnation = guest.incarnation();
    scene.await(scene.client().rekeyVm(guest.name(), Optional.empty(), false));
    String after = scene.keyIdOf(guest.name());
    if (after.equals(before)) {
      throw new StoryFailed("After the rekey the key record still names key " + before + ".");
    }
    if (!guest.incarnation().equals(incarnation)) {
      throw new StoryFailed("The guest was restarted by a shallow rekey.");
    }
    guest.requireSameContents();
    return "Key "
        + before
        + " replaced by "
        + after
        + "; the guest ran on and reads the same data.";
  }
}
