package io.keymoor.quickstart.scene;

import io.keymoor.hypervisor.hook.StartHook;
import io.keymoor.hypervisor.lab.PrivateLibvirt;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How an agent is told of a private libvirt instead of the system's. */
final class LabHost {
  private static final String KEY_HOLDER = "io.keymoor.host.holder.KeyHolder";

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

  /** Kills the agent's key holder and empties the runtime directory, as a reboot would. */
  static void emptyRuntime(Places places) {
    endKeyHolder(places);
    Path runtime = runtime(places);
    if (Files.isDirectory(runtime)) {
      Places.removeTree(runtime);
    }
  }

  /** The agent leaves its key holder behind, so that it finds its keys when it comes back. */
  static void endKeyHolder(Places places) {
    String directory = runtime(places).resolve("key-holder").toString();
    ProcessHandle.allProcesses()
        .filter(process ->
            process
                .info()
                .arguments()
                .map(List::of)
                .filter(arguments -> arguments.contains(KEY_HOLDER))
                .filter(arguments -> arguments.getLast().equals(directory))
                .isPresent())
        .forEach(holder -> {
          holder.destroyForcibly();
          holder.onExit().orTimeout(30, TimeUnit.SECONDS).join();
        });
  }

  private static Path runtime(Places places) {
    return places.base().resolve("run");
  }
}
