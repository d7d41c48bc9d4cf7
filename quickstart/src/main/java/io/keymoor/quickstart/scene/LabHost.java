package io.keymoor.quickstart.scene;

import io.keymoor.hypervisor.hook.StartHook;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import java.nio.file.Path;
import java.util.List;

/** How an agent is told of a private libvirt instead of the system's. */
final class LabHost {
  private LabHost() {}

  static AgentService agent(Places places, String name) {
    Path root = places.libvirt();
    String uri = "qemu+unix:///system?socket=" + root.resolve("run/libvirt/libvirt-sock");
    return new AgentService(
        places.host(),
        name,
        List.of("--libvirt", uri),
        List.of(
            "--allow-clear-swap",
            "--hooks-dir",
            root.resolve("etc/libvirt/hooks").toString(),
            "--runtime-dir",
            runtime(places).toString(),
            "--swtpm-dir",
            root.resolve("var/lib/libvirt/swtpm").toString()),
        places.logs());
  }

  /** libvirtd looks for hooks when it starts, which here is before the agent's first start. */
  static void installHook(Places places, PrivateLibvirt libvirt) {
    StartHook.install(libvirt.hooksDirectory(), runtime(places));
  }

  /** The key holder of the host's agent, which outlives agents (R6) and no reboot. */
  static Path keyHolder(Places places) {
    return runtime(places).resolve("key-holder");
  }

  /** Where agent and hooks meet; a reboot empties it. */
  static Path runtime(Places places) {
    return places.base().resolve("run");
  }
}
