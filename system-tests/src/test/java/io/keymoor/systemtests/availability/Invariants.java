package io.keymoor.systemtests.availability;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.DomainDisk;
import io.keymoor.quickstart.scene.ClusterHost;
import io.keymoor.quickstart.scene.ClusterScene;
import io.keymoor.quickstart.scene.Waiting;
import io.keymoor.systemtests.cluster.ClusterLab;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What holds of all VMs of a stage whatever happened to it. Not thread-safe. */
final class Invariants {
  private final Stage stage;
  private final ClusterScene scene;
  private final List<String> vms = new ArrayList<>(Cast.all());

  Invariants(Stage stage) {
    this.stage = stage;
    this.scene = stage.scene();
  }

  /** From now on also of the VMs that this round has for a deed. */
  void watch(Deed deed) {
    for (Kind kind : Kind.values()) {
      vms.add(stage.cast().plain(deed, kind));
    }
  }

  /** Every locked VM names its reason, as far as there is a manager to ask. */
  void requireReasons() {
    if (!scene.manager().service().running()) {
      return;
    }
    for (String vm : vms) {
      JsonNode json = scene.client().vm(vm);
      if (json.path("crypto_state").asText().equals("locked")) {
        assertThat(json.path("locked_reason").asText()).as(vm).isNotBlank();
      }
    }
  }

  /**
   * After a trouble: every task ends, no VM is lost or runs twice or stays locked, and nothing that
   * is encrypted is on the datastore in clear.
   */
  void requireNothingLost() {
    Waiting.until("no task is open any more", () -> openTasks().isEmpty());
    for (String vm : vms) {
      stage.cast().place(vm);
      Waiting.until("VM " + vm + " is not locked", () -> !locked(vm));
    }
    ClearSearch search = new ClearSearch();
    vms.forEach(vm -> search.add(vm, ClusterLab.diskContent(vm)));
    Map<String, Path> clear = search.foundBelow(scene.places().datastore());
    for (String vm : vms) {
      if (encrypted(stage.cast().place(vm), vm)) {
        assertThat(clear).as("contents in clear").doesNotContainKey(vm);
      } else {
        assertThat(clear).as("what is searched for is found where it is").containsKey(vm);
      }
    }
  }

  private boolean locked(String vm) {
    return scene.client().vm(vm).path("crypto_state").asText().equals("locked");
  }

  private List<String> openTasks() {
    List<String> open = new ArrayList<>();
    for (JsonNode task : scene.client().tasks().list(100).path("tasks")) {
      String state = task.path("state").asText().toLowerCase(Locale.ROOT);
      if (state.equals("queued") || state.equals("running")) {
        open.add(task.path("id").asText());
      }
    }
    return open;
  }

  private static boolean encrypted(ClusterHost host, String vm) {
    DomainDefinition definition = host.hypervisor().domain(vm).orElseThrow().definition();
    return definition.disk("vda").flatMap(DomainDisk::luksSecret).isPresent();
  }

  /** With every host's memory gone, each VM starts: its keys come from where they are kept. */
  void requireAllKeys() {
    scene.hosts().forEach(ClusterHost::cutPower);
    scene.hosts().forEach(ClusterHost::comesBack);
    scene.hosts().forEach(scene::awaitOnline);
    for (String vm : vms) {
      scene.startOnceUnlocked(vm);
      scene.succeed(scene.client().stopVm(vm, true));
    }
  }

  /** What was looked at. */
  String told() {
    return vms.size() + " VMs are whole and start";
  }
}
