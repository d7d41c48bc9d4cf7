package io.keymoor.quickstart.step;

import io.keymoor.cli.client.Password;
import io.keymoor.quickstart.scene.Scene;
import java.util.Arrays;

/** The backup, as PKCS#12; openssl lists it. */
public final class BackUpProvider implements Step {
  @Override
  public String title() {
    return "Back the provider up";
  }

  @Override
  public String run(Scene scene) {
    try (Password password = scene.backup().newPassword()) {
      byte[] backup = scene.client().backupProvider(Scene.PROVIDER, password);
      try {
        scene.backup().write(backup);
      } finally {
        Arrays.fill(backup, (byte) 0);
      }
    }
    scene.expect().providerHealth("OK");
    return "Written to "
        + scene.backup().file()
        + " under a random password (in "
        + scene.backup().passwordFile().getFileName()
        + " beside it); the provider is healthy and on every host.";
  }
}
