package io.keymoor.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.client.TaskListener;
import io.keymoor.quickstart.scene.Guest;
import io.keymoor.quickstart.scene.Places;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.testing.Lab;
import io.keymoor.systemtests.testing.LeftOver;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The manager, its database and its directory are gone for good (M4): another one with the backup
 * of the provider has every VM open again.
 */
class LostManagerTest {
  private static Lab lab;

  @BeforeAll
  static void raise() {
    Lab.requireTools();
    lab = Lab.raised();
  }

  @AfterAll
  static void tearDown() {
    if (lab != null) {
      lab.close();
    }
  }

  @Test
  void aNewManagerWithTheBackupOpensTheVmsOfTheLostOne() {
    Scene scene = lab.scene();
    Guest guest = lab.prepareGuest();
    lab.succeed(lab.client().encryptVm(guest.name(), Optional.empty(), List.of()));

    scene.manager().kill();
    Path directory = scene.places().manager();
    LeftOver.endPostgres(directory.resolve("postgres"));
    Places.empty(directory);
    scene.manager().init();
    scene.manager().start();

    try (ManagerClient client = scene.manager().client()) {
      restoreProvider(client);
      client.createCluster(Scene.CLUSTER);
      scene.agent().enrol(client, Scene.CLUSTER);
      scene.agent().stop();
      scene.agent().start();
      Waiting.until(
          "the host has told its new manager of the VM",
          () ->
              client
                  .domains(Scene.HOST)
                  .path("domains")
                  .findValuesAsText("name")
                  .contains(guest.name()));
      client.registerVm(Scene.HOST, guest.name());
      succeed(client, client.startVm(guest.name()));
      guest.awaitUp();
      guest.requireSameContents();
      String before = keyId(client, guest);
      succeed(client, client.rekeyVm(guest.name(), Optional.empty()));
      assertThat(keyId(client, guest)).as("a key of its own").isNotEqualTo(before);
      guest.requireSameContents();
    }
  }

  /** Before the host comes: a host drops the providers that its manager does not have. */
  private static void restoreProvider(ManagerClient client) {
    byte[] backup = lab.scene().backup().read();
    try (Password password = lab.scene().backup().password()) {
      client.restoreProvider(backup, password, Optional.empty(), false);
      client.setDefault(Scene.PROVIDER, Optional.empty());
    } finally {
      Arrays.fill(backup, (byte) 0);
    }
  }

  private static String keyId(ManagerClient client, Guest guest) {
    return client.vm(guest.name()).path("parts").get(0).path("key_id").asText();
  }

  private static void succeed(ManagerClient client, String task) {
    Task end = client.await(task, TaskListener.silent());
    assertThat(end.state()).as(end.detail()).isEqualTo(Task.State.SUCCEEDED);
  }
}
