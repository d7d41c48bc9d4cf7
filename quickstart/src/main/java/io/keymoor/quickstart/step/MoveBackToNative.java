package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.DiskProof;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.Optional;

/** The way back is the same: a shallow rekey, the VM running. */
public final class MoveBackToNative implements Step {
  @Override
  public String title() {
    return "Move the running VM back to the native provider";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    String before = scene.keyIdOf(guest.name());
    String incarnation = guest.incarnation();
    scene.await(scene.client().rekeyVm(guest.name(), Optional.of(Scene.PROVIDER)));
    if (!scene.providerOf(guest.name()).equals(Scene.PROVIDER)) {
      throw new StoryFailed("The VM is still under provider " + scene.providerOf(guest.name()));
    }
    if (!guest.incarnation().equals(incarnation)) {
      throw new StoryFailed("The guest was restarted by a change of provider.");
    }
    guest.requireSameContents();
    new DiskProof(scene).requireOpensWithKeyFromBackup();
    if (!scene.kms().has(before)) {
      throw new StoryFailed("The KMS lost key " + before + ", which copies may need.");
    }
    return "The backup of "
        + Scene.PROVIDER
        + " opens the disk again, without any KMS. Key "
        + before
        + " stays in the KMS: older copies of the VM may need it.";
  }
}
