package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.quickstart.scene.Scene;

/** A native key provider, the default of the manager. */
public final class CreateProvider implements Step {
  @Override
  public String title() {
    return "Create the native key provider \"" + Scene.PROVIDER + "\"";
  }

  @Override
  public String run(Scene scene) {
    scene.client().createNativeProvider(Scene.PROVIDER, false);
    scene.client().setDefault(Scene.PROVIDER, java.util.Optional.empty());
    JsonNode provider = scene.client().provider(Scene.PROVIDER);
    return "Key derivation key made by the manager (key check "
        + provider.path("native_info").path("key_id").asText()
        + "), sealed in its database and on its way to the hosts; health "
        + provider.path("health").asText()
        + ", not backed up yet.";
  }
}
