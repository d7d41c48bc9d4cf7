package io.keymoor.host;

import io.keymoor.hypervisor.Domain;
import io.keymoor.hypervisor.Hypervisor;
import io.keymoor.hypervisor.Libvirt;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which libvirt is asked. */
final class LibvirtOptions {
  @Option(
      names = "--libvirt",
      paramLabel = "URI",
      defaultValue = "qemu:///system",
      description = "Its libvirt; otherwise ${DEFAULT-VALUE}.")
  private String uri = "";

  /**
   * A VM that runs.
   *
   * @param vm its name or UUID
   * @param otherwise what to say of one that is off
   * @throws CommandRefused when it is off, or there is none
   */
  static Domain running(Hypervisor hypervisor, String vm, String otherwise) {
    Domain domain =
        Stream.concat(
                hypervisor.domain(vm).stream(),
                hypervisor.domains().stream()
                    .filter(one -> one.id().toString().equalsIgnoreCase(vm)))
            .findFirst()
            .orElseThrow(
                () -> new CommandRefused("libvirt has no VM \"" + vm + "\". Nothing was done."));
    if (!domain.active()) {
      throw new CommandRefused("VM \"" + domain.name() + "\" " + otherwise);
    }
    return domain;
  }

  /** Connects when it is asked something; closed by the caller. */
  Hypervisor hypervisor() {
    return new Libvirt(uri);
  }
}
