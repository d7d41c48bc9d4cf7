package io.keymoor.host.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.hypervisor.hook.StartHook;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether libvirt asks the agent before it starts a VM, and nobody else can change what it runs.
 *
 * @param hooks libvirt's hooks
 * @param runtime where hook and agent meet
 * @param system whose owner of /proc/self is who may own them
 */
record HookCheck(Path hooks, Path runtime, HostSystem system) implements Check {
  private static final String CHECK = "hook";

  @Override
  public List<Finding> look() {
    Path script = StartHook.script(hooks);
    if (!Files.isExecutable(script)) {
      return List.of(
          Finding.fix(
              CHECK,
              script + " is missing or not executable: encrypted VMs don't start with virsh start.",
              "Start the agent, which installs it, then restart libvirtd once."));
    }
    for (Path path : List.of(hooks, script.resolveSibling(""), script)) {
      if (isWritableByOthers(path)) {
        return List.of(
            Finding.fix(
                CHECK,
                path + " can be changed by others than root, and libvirt runs what is in it.",
                "chown root: " + path + " && chmod go-w " + path));
      }
    }
    if (!text(script).contains(runtime.toString())) {
      return List.of(
          Finding.fix(
              CHECK,
              script + " meets the agent elsewhere than in " + runtime + ".",
              "Start the agent with the same --runtime-dir, which writes the hook again."));
    }
    return List.of(Finding.ok(CHECK, script + " asks the agent before a VM starts."), meeting());
  }

  private Finding meeting() {
    if (!Files.isDirectory(runtime, LinkOption.NOFOLLOW_LINKS)) {
      return Finding.fix(
          "runtime",
          runtime + " is not there: the agent does not run, so encrypted VMs don't start.",
          "systemctl start keymoor-host");
    }
    return isWritableByOthers(runtime)
        ? Finding.fix(
            "runtime",
            runtime + " can be changed by others than root.",
            "chown root: " + runtime + " && chmod 700 " + runtime)
        : Finding.ok("runtime", runtime + " is there and root's alone.");
  }

  private boolean isWritableByOthers(Path path) {
    String permissions = HostSystem.permissions(path).orElse("?".repeat(9));
    return permissions.charAt(4) == 'w'
        || permissions.charAt(7) == 'w'
        || !HostSystem.owner(path).equals(HostSystem.owner(system.at("/proc/self")));
  }

  private static String text(Path script) {
    try {
      return Files.readString(script, UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
