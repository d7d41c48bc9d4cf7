package io.keymoor.quickstart.step;

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
    scene.agent().init();
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
        + "; its agent opened the connection and has no listening port.";
  }
}
