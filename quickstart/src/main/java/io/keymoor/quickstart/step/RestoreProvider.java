package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.cli.client.Password;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Scene;
import java.util.Arrays;
import java.util.Optional;

/** The backup restores: the VM unlocks by itself and boots (N2, V8). */
public final class RestoreProvider implements Step {
  @Override
  public String title() {
    return "Restore the provider from its backup";
  }

  @Override
  public String run(Scene scene) {
    Guest guest = scene.guest();
    byte[] backup = scene.backup().read();
    try (Password password = scene.backup().password()) {
      JsonNode dry = scene.client().restoreProvider(backup, password, Optional.empty(), true);
      scene.client().restoreProvider(backup, password, Optional.empty(), false);
      scene.client().setDefault(Scene.PROVIDER, Optional.empty());
      scene.expect().unlocked(guest.name());
      scene.await(scene.client().startVm(guest.name()));
      guest.awaitUp();
      guest.requireSameContents();
      return "A dry run said \""
          + dry.path("effect").asText()
          + "\"; restored, the VM unlocked by itself, booted and reads the same data.";
    } finally {
      Arrays.fill(backup, (byte) 0);
    }
  }
}
