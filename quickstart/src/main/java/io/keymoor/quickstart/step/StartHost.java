package io.keymoor.quickstart.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.keymoor.hypervisor.HypervisorVersions;
import io.keymoor.quickstart.scene.Scene;

/** A libvirt host of its own (never the system's) with an agent, enrolled in cluster "lab". */
public final class StartHost implements Step {
  @Override
  public String title() {
    return "Start a private libvirt host and enrol it in a cluster";
  }

  @Override
  public String run(Scene scene) {
    scene.client().createCluster(Scene.CLUSTER);
    scene.startLibvirt();
    HypervisorVersions versions = scene.hypervisor().versions();
    scene.agent().enrol(scene.client(), Scene.CLUSTER);
    scene.agent().start();
    scene.expect().hostOnline();
    return "Host "
        + Scene.HOST
        + " (libvirt "
        + versions.libvirt()
        + ", QEMU "
        + versions.hypervisor()
        + ") is online in cluster "
        + Scene.CLUSTER
        + "; its agent opened the connection and has no listening port."
        + swapNote(scene);
  }

  /** The lab's agent was told to overlook swap in clear; nobody should take that for the rule. */
  private static String swapNote(Scene scene) {
    JsonNode host = scene.client().host(Scene.HOST);
    return host.path("encryption_mode").asText().equals("INCAPABLE")
        ? " A host in use would start no encrypted VM on this machine, as this show does: "
            + host.path("encryption_mode_detail").asText()
        : "";
  }
}
