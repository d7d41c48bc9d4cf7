package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/**
 * Native to standard, back, and again, while the VM runs (P8): new keys over the same data keys.
 */
public final class MoveToKms implements Step {
  @Override
  public String title() {
    return "Move the running VM to the KMS, back, and again";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    String incarnation = guest.incarnation();
    String first = moved(scene, Scene.KMS_PROVIDER);
    moved(scene, Scene.PROVIDER);
    String last = moved(scene, Scene.KMS_PROVIDER);
    if (!guest.incarnation().equals(incarnation)) {
      throw new StoryFailed("The guest was restarted by a change of its key provider.");
    }
    guest.requireSameContents();
    return "The KMS made keys "
        + first
        + " and "
        + last
        + "; the host had each in its memory before it was used. The guest ran on and reads the"
        + " same data.";
  }

  private static String moved(Scene scene, String provider) {
    String vm = scene.guest().name();
    scene.await(scene.client().rekeyVm(vm, Optional.of(provider)));
    return scene.keyIdOf(vm);
  }
}
