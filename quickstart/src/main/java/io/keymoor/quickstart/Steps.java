package io.keymoor.quickstart;

import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.step.AddVtpm;
import io.keymoor.quickstart.step.BackUpProvider;
import io.keymoor.quickstart.step.BootEncrypted;
import io.keymoor.quickstart.step.BootInClear;
import io.keymoor.quickstart.step.CreateProvider;
import io.keymoor.quickstart.step.CreateStandardProvider;
import io.keymoor.quickstart.step.DeleteProvider;
import io.keymoor.quickstart.step.EncryptVm;
import io.keymoor.quickstart.step.KillAllNodes;
import io.keymoor.quickstart.step.KillOneNode;
import io.keymoor.quickstart.step.KmsComesBack;
import io.keymoor.quickstart.step.ManagerComesUp;
import io.keymoor.quickstart.step.MoveBackToNative;
import io.keymoor.quickstart.step.MoveToKms;
import io.keymoor.quickstart.step.PrepareVm;
import io.keymoor.quickstart.step.ProveEncrypted;
import io.keymoor.quickstart.step.RebootWithoutKms;
import io.keymoor.quickstart.step.RefuseWithoutBackup;
import io.keymoor.quickstart.step.RekeyDeepInPlace;
import io.keymoor.quickstart.step.RekeyDeepLive;
import io.keymoor.quickstart.step.RekeyRunning;
import io.keymoor.quickstart.step.RestoreProvider;
import io.keymoor.quickstart.step.StartByLibvirtAlone;
import io.keymoor.quickstart.step.StartHost;
import io.keymoor.quickstart.step.StartKms;
import io.keymoor.quickstart.step.Step;
import java.util.List;

/** The story. */
final class Steps {
  private Steps() {}

  static List<Story.Chapter> all(Scene scene) {
    return steps().stream()
        .map(step -> new Story.Chapter(step.title(), () -> step.run(scene)))
        .toList();
  }

  private static List<Step> steps() {
    return List.of(
        new ManagerComesUp(),
        new StartHost(),
        new CreateProvider(),
        new PrepareVm(),
        new BootInClear(),
        new RefuseWithoutBackup(),
        new BackUpProvider(),
        new EncryptVm(),
        new ProveEncrypted(),
        new AddVtpm(),
        new BootEncrypted(),
        new RekeyRunning(),
        new RekeyDeepLive(),
        new RekeyDeepInPlace(),
        new StartByLibvirtAlone(),
        new DeleteProvider(),
        new RestoreProvider(),
        new StartKms(),
        new CreateStandardProvider(),
        new MoveToKms(),
        new KillOneNode(),
        new KillAllNodes(),
        new RebootWithoutKms(),
        new KmsComesBack(),
        new MoveBackToNative());
  }
}
