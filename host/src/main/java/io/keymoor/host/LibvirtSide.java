package io.keymoor.host;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.vm.HostVms;
import io.keymoor.host.vm.VmTools;
import io.keymoor.hypervisor.Libvirt;
import java.security.SecureRandom;

/**
 * The VMs of a real host.
 *
 * @param directory the agent's
 * @param arguments where libvirt and its directories are
 */
record LibvirtSide(HostDirectory directory, HostArguments.Run arguments) implements VmSide.Factory {
  @Override
  public VmSide create(HostConfiguration configuration, HostKeys keys) {
    Libvirt libvirt = new Libvirt(arguments.libvirtUri().orElseGet(configuration::libvirtUri));
    HostVms vms =
        new HostVms(
            VmTools.of(
                libvirt,
                keys,
                configuration,
                directory.path(),
                arguments.swtpmDirectory(),
                new SecureRandom()));
    return new VmSide(libvirt, vms, vms.commands(), vms);
  }
}
