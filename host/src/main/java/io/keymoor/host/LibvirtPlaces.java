package io.keymoor.host;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a host's libvirt is, and what belongs to it.
 *
 * @param uri its connection URI instead of the one named when the host was made
 * @param hooks its directory of hook scripts
 * @param runtime where hook script and agent meet; gone after a reboot
 * @param swtpm its directory of vTPM states
 */
record LibvirtPlaces(Optional<String> uri, Path hooks, Path runtime, Path swtpm) {
  /** Where the agent's key holder is. */
  Path keyHolder() {
    return runtime.resolve("key-holder");
  }
}
