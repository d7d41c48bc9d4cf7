package io.keymoor.quickstart.step;

import io.keymoor.cli.client.ClientFailure.RequestRefused;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.StoryFailed;
import java.util.List;
import java.util.Optional;

/** A key that exists once is a key about to be lost: nothing is encrypted before a backup (N1). */
public final class RefuseWithoutBackup implements Step {
  @Override
  public String title() {
    return "Try to encrypt before the provider is backed up";
  }

  @Override
  public String run(Scene scene) {
    try {
      scene.client().encryptVm(scene.guest().name(), Optional.of(Scene.PROVIDER), List.of());
    } catch (RequestRefused refused) {
      if (refused.code().equals("provider_not_backed_up")) {
        return "Refused, as it must be: \"" + refused.getMessage() + "\"";
      }
      throw refused;
    }
    throw new StoryFailed("The manager began to encrypt with a provider that has no backup.");
  }
}
