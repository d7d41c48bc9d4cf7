package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.keys.Swap;
import io.keymoor.host.vm.GuestMemory;
import io.keymoor.host.vm.HostVms;
import io.keymoor.host.vm.SecretsForStart;
import io.keymoor.host.vm.VmTools;
import io.keymoor.hypervisor.DomainDefinition;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.hook.HookServer;
import io.keymoor.hypervisor.hook.StartHook;
import io.keymoor.hypervisor.hook.StartListener;
import io.keymoor.hypervisor.hook.Verdict;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VMs of a real host, and the hook through which libvirt asks for their secrets.
 *
 * @param directory the agent's
 * @param places where libvirt and its directories are
 * @param clearSwapAllowed whether encrypted VMs start though their memory may reach clear swap
 */
record LibvirtSide(HostDirectory directory, LibvirtPlaces places, boolean clearSwapAllowed)
    implements VmSide.Factory {
  private static final Logger LOG = LoggerFactory.getLogger(LibvirtSide.class);

  @Override
  public VmSide create(HostConfiguration configuration, HostKeys keys) {
    Libvirt libvirt =
        new Libvirt(
            places.uri().orElseGet(configuration::libvirtUri),
            places.hooks().resolveSibling("qemu"));
    HostVms vms =
        new HostVms(
            VmTools.of(
                libvirt, keys, configuration, directory.path(), places.swtpm(), new SecureRandom()),
            memory());
    HookServer hook = serveHook(vms.secretsForStart());
    return new VmSide(
        libvirt,
        vms,
        vms.commands(),
        () -> {
          hook.close();
          vms.close();
        });
  }

  private GuestMemory memory() {
    Swap swap = Swap.ofThisSystem();
    if (!clearSwapAllowed) {
      return swap::objection;
    }
    swap.objection()
        .ifPresent(objection ->
            LOG.warn("Encrypted VMs start all the same, as was asked for. {}", objection));
    return Optional::empty;
  }

  private HookServer serveHook(SecretsForStart secrets) {
    try {
      StartHook.Installed hook = StartHook.install(places.hooks(), places.runtime());
      if (hook.libvirtNeedsRestart()) {
        LOG.warn(
            "{} is new and libvirt notices it when it starts: restart libvirtd once, or VMs that"
                + " are encrypted start through Keymoor only.",
            hook.script());
      }
      return HookServer.open(places.runtime(), new Secrets(secrets));
    } catch (UncheckedIOException | StartHook.ForeignHook refused) {
      throw new ConfigurationException.StartHookRefused(refused);
    }
  }

  /**
   * What libvirt is told when it asks.
   *
   * @param secrets of the VMs
   */
  private record Secrets(SecretsForStart secrets) implements StartListener {
    @Override
    public Verdict beforeStart(DomainDefinition definition) {
      return switch (secrets.forStart(definition)) {
        case SecretsForStart.Answer.Granted granted -> new Verdict.Allow();
        case SecretsForStart.Answer.Refused refused -> new Verdict.Refuse(refused.sentence());
      };
    }

    @Override
    public void afterRelease(UUID domain) {
      secrets.takeAway(domain);
    }
  }
}
