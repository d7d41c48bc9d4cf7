package io.keymoor.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.cli.client.ManagerClient;
import io.keymoor.cli.client.Password;
import io.keymoor.cli.client.Task;
import io.keymoor.cli.client.TaskListener;
import io.keymoor.quickstart.scene.Scene;
import io.keymoor.quickstart.scene.Waiting;
import java.util.Arrays;
import java.util.Optional;

/** The administrator of a manager that takes the place of one that is lost. Not thread-safe. */
final class NewManager implements AutoCloseable {
  private final Scene scene;
  private final ManagerClient client;

  /** Over the manager that runs in the scene now. */
  NewManager(Scene scene) {
    this.scene = scene;
    this.client = scene.manager().client();
  }

  ManagerClient client() {
    return client;
  }

  /** Before the host comes: a host drops the providers that its manager does not have. */
  void restoreProvider() {
    byte[] backup = scene.backup().read();
    try (Password password = scene.backup().password()) {
      client.restoreProvider(backup, password, Optional.empty(), false);
      client.setDefault(Scene.PROVIDER, Optional.empty());
    } finally {
      Arrays.fill(backup, (byte) 0);
    }
  }

  /** Has the host of the lost manager join, which keeps its keys and its VMs. */
  void takeHost() {
    client.createCluster(Scene.CLUSTER);
    scene.agent().enrol(client, Scene.CLUSTER);
    scene.agent().stop();
    scene.agent().start();
  }

  /** Registers a VM once its host has told of it. */
  void register(String vm) {
    Waiting.until(
        "the host has told its new manager of the VM",
        () -> client.domains(Scene.HOST).path("domains").findValuesAsText("name").contains(vm));
    client.registerVm(Scene.HOST, vm);
  }

  /** The key under which the VM's first encrypted part is, once its host has told. */
  String knownKeyId(String vm) {
    Waiting.until("the manager knows the key of VM " + vm, () -> keyId(vm).isPresent());
    return keyId(vm).orElseThrow();
  }

  private Optional<String> keyId(String vm) {
    return client.vm(vm).path("parts").findValuesAsText("key_id").stream()
        .filter(id -> !id.isEmpty() && !id.equals("null"))
        .findFirst();
  }

  /** Follows a task to its end, which has to be a success. */
  void succeed(String task) {
    Task end = client.tasks().await(task, TaskListener.silent());
    assertThat(end.state()).as(end.detail()).isEqualTo(Task.State.SUCCEEDED);
  }

  @Override
  public void close() {
    client.close();
  }
}
