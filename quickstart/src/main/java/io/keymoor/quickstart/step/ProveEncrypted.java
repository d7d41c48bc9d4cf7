package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.DiskProof;
import io.keymoor.quickstart.scene.Scene;

/**
 * Proves, with other people's programs, that the disk is encrypted: the marker is in no file of the
 * datastore, and stock QEMU opens the image with the key and not without it.
 */
public final class ProveEncrypted implements Step {
  @Override
  public String title() {
    return "Prove it: marker gone, stock QEMU needs the key";
  }

  @Override
  public String run(Scene scene) {
    DiskProof proof = new DiskProof(scene);
    proof.requireNoMarkerInDatastore();
    proof.requireRefusedWithoutKey();
    proof.requireOpensWithKeyFromBackup();
    return proof.markerSentence()
        + " qemu-io refuses the image with another key and reads it with the right one, unwrapped"
        + " from the VM's key record by nothing but the provider's backup file.";
  }
}
