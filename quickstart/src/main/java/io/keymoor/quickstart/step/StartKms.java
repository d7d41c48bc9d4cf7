package io.keymoor.quickstart.step;

import io.keymoor.quickstart.scene.Scene;

/** A KMS of two nodes: Keymoor's own, in processes of their own; any that speaks KMIP would do. */
public final class StartKms implements Step {
  @Override
  public String title() {
    return "Start a KMS: two nodes on one PostgreSQL";
  }

  @Override
  public String run(Scene scene) {
    scene.kms().found();
    return "It speaks KMIP on "
        + String.join(" and ", scene.kms().addresses())
        + ", over TLS with certificates on both sides. It knows nobody yet.";
  }
}
