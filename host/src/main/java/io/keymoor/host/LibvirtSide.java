package io.keymoor.host;

import io.keymoor.host.config.ConfigurationException;
import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.HostDirectory;
import io.keymoor.host.keys.HostKeys;
import io.keymoor.host.keys.Swap;
import io.keymoor.host.vm.ChannelFiles;
import io.keymoor.host.vm.GuestMemory;
import io.keymoor.host.vm.HostVms;
import io.keymoor.host.vm.Leases;
import io.keymoor.host.vm.MoveNotes;
import io.keymoor.host.vm.Neighbourhood;
import io.keymoor.host.vm.SecretsForStart;
import io.keymoor.host.vm.VmTools;
import io.keymoor.hypervisor.Libvirt;
import io.keymoor.hypervisor.hook.HookServer;
import io.keymoor.hypervisor.hook.StartHook;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The VMs of a real host, and the hook through which libvirt asks for their secrets.
 *
 * @param directory the agent's
 * @param places where libvirt and its directories are
 * @param neighbours what it was told of other hosts
 * @param clearSwapAllowed whether encrypted VMs start though their memory may reach clear swap
 */
record LibvirtSide(
    HostDirectory directory,
    LibvirtPlaces places,
    NeighbourOptions neighbours,
    boolean clearSwapAllowed)
    implements VmSide.Factory {
  /** A libvirt that works takes a secret in milliseconds. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Logger LOG = LoggerFactory.getLogger(LibvirtSide.class);

  @Override
  public VmSide create(HostConfiguration configuration, HostKeys keys) {
    Libvirt libvirt =
        new Libvirt(
            places.uri().orElseGet(configuration::libvirtUri),
            places.hooks().resolveSibling("qemu"));
    Neighbourhood neighbourhood = neighbourhood(configuration, libvirt);
    HostVms vms =
        new HostVms(
            VmTools.of(
                libvirt, keys, configuration, directory.path(), places.swtpm(), new SecureRandom()),
            memory(),
            neighbourhood);
    HookServer hook = serveHook(vms.secretsForStart());
    LocalDoor door = LocalDoor.open(places.runtime(), vms.commands());
    return new VmSide(
        libvirt,
        vms,
        vms.commands(),
        neighbours.reach(),
        () -> {
          door.close();
          hook.close();
          vms.close();
          neighbourhood.leases().close();
        });
  }

  private Neighbourhood neighbourhood(HostConfiguration configuration, Libvirt libvirt) {
    Leases leases =
        Leases.of(
            configuration.hostId().orElseThrow(),
            configuration.hostName(),
            neighbours.silence(),
            InstantSource.system());
    return new Neighbourhood(
        leases,
        neighbours
            .reach()
            .map(_ ->
                new Neighbourhood.Moving(
                    libvirt.migrations(),
                    new ChannelFiles(neighbours.pki()),
                    new MoveNotes(directory.path().resolve("moves")),
                    neighbours.storageIsShared())));
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
      return HookServer.open(
          places.runtime(),
          new StartDoor(secrets::forStart, secrets::forArrival, secrets::released, PATIENCE));
    } catch (UncheckedIOException | StartHook.ForeignHook refused) {
      throw new ConfigurationException.StartHookRefused(refused);
    }
  }
}
