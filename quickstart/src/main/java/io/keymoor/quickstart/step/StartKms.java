package io.keymoor.quickstart.step;

import io.keymoor.cli.client.ManagerClient;
import io.keymoor.quickstart.scene.Kms;
import io.keymoor.quickstart.scene.Scene;

/** A KMS of two nodes and a standard provider over it; each side is told whom to trust (S1, S2). */
public final class StartKms implements Step {
  @Override
  public String title() {
    return "Start a KMS of two nodes and create a standard provider";
  }

  @Override
  public String run(Scene scene) {
    Kms kms = scene.startKms();
    ManagerClient client = scene.client();
    kms.createProvider(client, Scene.KMS_PROVIDER);
    String before = client.provider(Scene.KMS_PROVIDER).path("health").asText();
    kms.trustBothWays(client, Scene.KMS_PROVIDER);
    client.kms().check(Scene.KMS_PROVIDER);
    scene.expect().providerHealth(Scene.KMS_PROVIDER, "OK");
    return "KMIP at "
        + String.join(" and ", Kms.NODES.stream().map(kms::place).toList())
        + ". Health "
        + before
        + " until the servers' fingerprints were confirmed here and the manager's certificate"
        + " there; now OK.";
  }
}
