package io.keymoor.quickstart.step;

import io.keymoor.cli.client.Rewriting;
import io.keymoor.quickstart.scene.DiskProof;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Path;
import java.util.Optional;

/** Deep rekey in the same image, with the VM off: for disks that leave no room for a copy. */
public final class RekeyDeepInPlace implements Step {
  @Override
  public String title() {
    return "Power off and rekey in place (deep): no second copy";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    DiskProof proof = new DiskProof(scene);
    guest.powerOff();
    String before = scene.keyIdOf(guest.name());
    Path image = guest.disk();
    try (SecretBytes oldPassphrase = proof.passphraseFromBackup()) {
      scene.await(
          scene
              .client()
              .rekeyVmDeeply(
                  guest.name(), Optional.empty(), new Rewriting(Optional.of("in-place"), 0)));
      proof.requireRefusedWith(oldPassphrase);
    }
    proof.requireOpensWithKeyFromBackup();
    proof.requireNoMarkerInDatastore();
    String after = scene.keyIdOf(guest.name());
    if (after.equals(before) || !guest.disk().equals(image)) {
      throw new StoryFailed("The rekey in place left the old key, or made another image.");
    }
    scene.await(scene.client().startVm(guest.name()));
    guest.awaitUp();
    guest.requireSameContents();
    return "Key "
        + before
        + " replaced by "
        + after
        + " in the image "
        + image.getFileName()
        + " itself, which the old data key does not open; the guest boots and reads the same data.";
  }
}
