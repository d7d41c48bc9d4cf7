package io.keymoor.host;

import io.keymoor.host.config.HostConfiguration;
import io.keymoor.host.config.StoredHostKey;
import io.keymoor.host.keys.DesiredProviders;
import io.keymoor.host.keys.HostEncryption;
import io.keymoor.host.keys.KeyUpdates;
import io.keymoor.host.link.LinkedHost;
import io.keymoor.host.link.TpmProver;
import io.keymoor.hypervisor.HypervisorException;
import io.keymoor.hypervisor.HypervisorVersions;
import io.keymoor.protocol.DesiredState;
import io.keymoor.protocol.HeldKeys;
import io.keymoor.protocol.HostHello;
import io.keymoor.protocol.HostKek;
import io.keymoor.protocol.HostReport;
import io.keymoor.protocol.KeyUpdate;
import io.keymoor.protocol.VmReport;
import io.keymoor.provider.KeyId;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What the manager hears of this host. While libvirt can't be asked, reports repeat the VMs as they
 * were last and say so in the hypervisor's state: nobody should think that they are gone.
 * Thread-safe.
 */
final class HostReporter implements LinkedHost {
  private static final HypervisorVersions UNAVAILABLE =
      new HypervisorVersions("unavailable", "unavailable");

  private final UUID hostId;
  private final HostConfiguration configuration;
  private final DesiredProviders providers;
  private final KeyUpdates keyUpdates;
  private final HostEncryption encryption;
  private final VmSide side;
  private final Supplier<Optional<String>> keeping;
  private final Optional<TpmProver> tpm;
  private final InstantSource clock;
  private final Consumer<UUID> cluster;
  private List<VmReport> latest = List.of();

  HostReporter(
      UUID hostId,
      HostConfiguration configuration,
      DesiredProviders providers,
      KeyUpdates keyUpdates,
      HostEncryption encryption,
      VmSide side,
      Supplier<Optional<String>> keeping,
      Optional<TpmProver> tpm,
      InstantSource clock,
      Consumer<UUID> cluster) {
    this.hostId = hostId;
    this.configuration = configuration;
    this.providers = providers;
    this.keyUpdates = keyUpdates;
    this.encryption = encryption;
    this.side = side;
    this.keeping = keeping;
    this.tpm = tpm;
    this.clock = clock;
    this.cluster = cluster;
  }

  @Override
  public HostHello hello() {
    HypervisorVersions versions = versions();
    return new HostHello(
        HostHello.PROTOCOL_VERSION,
        hostId,
        AgentVersion.text(),
        versions.libvirt(),
        versions.hypervisor(),
        clock.instant(),
        tpm.isPresent(),
        side.reach());
  }

  @Override
  public void inCluster(UUID present) {
    keyUpdates.inCluster(present);
    cluster.accept(present);
  }

  private HypervisorVersions versions() {
    try {
      return side.hypervisor().versions();
    } catch (HypervisorException away) {
      return UNAVAILABLE;
    }
  }

  @Override
  public HostReport report() {
    String state = lookAtVms();
    List<VmReport> vms = latest();
    // A provider in use was backed up (N1); another one on this host need not be.
    providerInUse(vms).ifPresent(encryption::needed);
    HostEncryption.State mode = encryption.state();
    Optional<StoredHostKey> hostKey = encryption.hostKey();
    return new HostReport(
        configuration.desiredRevision(),
        mode.mode(),
        mode.detail().isEmpty() ? keeping.get().orElse("") : mode.detail(),
        hostKey.map(StoredHostKey::provider),
        hostKey.map(StoredHostKey::keyId),
        state,
        providers.reports(),
        vms);
  }

  private String lookAtVms() {
    try {
      List<VmReport> vms = side.inventory().report();
      synchronized (this) {
        latest = vms;
      }
      return "ok";
    } catch (HypervisorException away) {
      return String.valueOf(away.getMessage());
    }
  }

  private synchronized List<VmReport> latest() {
    return latest;
  }

  private static Optional<UUID> providerInUse(List<VmReport> vms) {
    return vms.stream()
        .flatMap(vm -> vm.parts().stream())
        .filter(VmReport.PartReport::encrypted)
        .flatMap(part -> part.provider().stream())
        .findFirst();
  }

  @Override
  public long desiredRevision() {
    return configuration.desiredRevision();
  }

  @Override
  public void apply(DesiredState desired) {
    providers.apply(desired);
  }

  @Override
  public HeldKeys heldKeys() {
    return keyUpdates.held();
  }

  @Override
  public void apply(KeyUpdate update) {
    keyUpdates.apply(update);
  }

  @Override
  public Optional<TpmProver> tpm() {
    return tpm;
  }

  @Override
  public void hostKek(HostKek kek) {
    encryption.assigned(kek.provider(), new KeyId(kek.keyId()));
  }
}
