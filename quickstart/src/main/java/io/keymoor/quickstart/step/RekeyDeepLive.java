package io.keymoor.quickstart.step;

import io.keymoor.cli.client.Rewriting;
import io.keymoor.quickstart.scene.DiskProof;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import io.keymoor.secret.SecretBytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Deep rekey while the guest runs: new data key, new volume key, every block written anew. */
public final class RekeyDeepLive implements Step {
  @Override
  public String title() {
    return "Rekey the running VM (deep): all data written anew";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    DiskProof proof = new DiskProof(scene);
    String before = scene.keyIdOf(guest.name());
    Path oldImage = guest.disk();
    String incarnation = guest.incarnation();
    try (SecretBytes oldPassphrase = proof.passphraseFromBackup()) {
      scene.await(scene.client().rekeyVmDeeply(guest.name(), Optional.empty(), Rewriting.CHOSEN));
      proof.requireRefusedWith(oldPassphrase);
    }
    proof.requireOpensWithKeyFromBackup();
    proof.requireNoMarkerInDatastore();
    String after = scene.keyIdOf(guest.name());
    if (after.equals(before) || guest.disk().equals(oldImage) || Files.exists(oldImage)) {
      throw new StoryFailed("The deep rekey left the old key or the old image in use.");
    }
    if (!guest.incarnation().equals(incarnation)) {
      throw new StoryFailed("The guest was restarted by a deep rekey that is live.");
    }
    guest.requireSameContents();
    return "Key "
        + before
        + " replaced by "
        + after
        + ", image "
        + oldImage.getFileName()
        + " by "
        + guest.disk().getFileName()
        + ", which the old data key does not open; the guest ran on and reads the same data.";
  }
}
