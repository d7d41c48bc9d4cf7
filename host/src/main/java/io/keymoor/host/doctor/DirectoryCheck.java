package io.keymoor.host.doctor;

import io.keymoor.host.config.HostDirectory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether only root can read and write what the agent keeps.
 *
 * @param directory the agent's
 * @param system whose owner of /proc/self is who may own it
 */
record DirectoryCheck(HostDirectory directory, HostSystem system) implements Check {
  private static final String CHECK = "directory";

  @Override
  public List<Finding> look() {
    Path path = directory.path();
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return List.of(
          Finding.fix(
              CHECK,
              path + " is no directory that can be seen.",
              "Run this as root; if there is no host yet: keymoor host join MANAGER --dir "
                  + path));
    }
    List<Finding> wrong = new ArrayList<>();
    judge(path, "rwx------", "700").ifPresent(wrong::add);
    Path key = directory.tpmSeal().exists() ? directory.tpmSeal().file() : directory.key().file();
    for (Path file : List.of(key, directory.configuration())) {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        wrong.add(
            Finding.fix(
                CHECK,
                file + " is missing.",
                "Put it back from your backup; without one let the host join anew, from an empty"
                    + " directory: keymoor host token create --reinstalled --host NAME on the"
                    + " manager, keymoor host join here."));
      } else {
        judge(file, "rw-------", "600").ifPresent(wrong::add);
      }
    }
    return wrong.isEmpty()
        ? List.of(Finding.ok(CHECK, path + " and the keys in it are the agent's alone."))
        : wrong;
  }

  private Optional<Finding> judge(Path file, String wanted, String mode) {
    String found = HostSystem.permissions(file).orElse("unknown");
    boolean owned = HostSystem.owner(file).equals(HostSystem.owner(system.at("/proc/self")));
    if (found.equals(wanted) && owned) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.fix(
            CHECK,
            file
                + " has the permissions "
                + found
                + (owned ? "" : " and another owner than this process")
                + ": others may read or replace keys.",
            "chown root: " + file + " && chmod " + mode + " " + file));
  }
}
