package io.keymoor.manager.domain;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.ProviderOnHost;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import io.keymoor.provider.catalog.ProviderHealth.OnHost;
import io.keymoor.provider.catalog.ProviderHealth.Presence;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Judges how providers stand on the hosts (P5). Thread-safe. */
public final class ProviderViews {
  private final InstantSource clock;
  private final Duration hostSilence;

  public ProviderViews(InstantSource clock, Duration hostSilence) {
    this.clock = clock;
    this.hostSilence = hostSilence;
  }

  /** How a provider stands. */
  public ProviderView of(Stores stores, ProviderEntry entry) {
    ProviderCatalog catalog = stores.providers().catalog();
    Reported reported = Reported.in(stores);
    List<OnHost> hosts =
        stores.estate().hosts().stream().map(host -> onHost(entry, host, reported)).toList();
    Optional<KmsView> kms = kms(stores, entry);
    return new ProviderView(
        entry,
        health(kms, entry, hosts),
        hosts,
        kms,
        catalog.managerDefault().filter(entry.id()::equals).isPresent(),
        defaultClusters(stores, catalog, entry.id()),
        stores.vms().countUsing(entry.id()),
        Usage.hosts(entry.id(), stores).size());
  }

  /** Its health where only these hosts are looked at. */
  public ProviderHealth health(Stores stores, ProviderEntry entry, List<OnHost> hosts) {
    return health(kms(stores, entry), entry, hosts);
  }

  private ProviderHealth health(Optional<KmsView> kms, ProviderEntry entry, List<OnHost> hosts) {
    ProviderHealth onHosts = ProviderHealth.of(entry, hosts);
    return kms.map(it -> onHosts.and(it.health(clock.instant()))).orElse(onHosts);
  }

  private static Optional<KmsView> kms(Stores stores, ProviderEntry entry) {
    return stores
        .kms()
        .settings(entry.id())
        .map(settings -> new KmsView(settings, stores.kms().checks(entry.id())));
  }

  static List<String> defaultClusters(Stores stores, ProviderCatalog catalog, UUID provider) {
    return stores.estate().clusters().stream()
        .filter(cluster -> provider.equals(catalog.clusterDefaults().get(cluster.id())))
        .map(Cluster::name)
        .toList();
  }

  /** Whether the host was heard of lately. */
  public boolean responds(Host host) {
    return host.lastSeen()
        .filter(seen -> seen.isAfter(clock.instant().minus(hostSilence)))
        .isPresent();
  }

  /** How a host has a provider. */
  public OnHost onHost(ProviderEntry entry, Host host, Reported reported) {
    if (entry.tpmRequired() && !host.facts().tpm()) {
      return new OnHost(
          host.name(), Presence.NOT_ALLOWED, "TPM 2.0 required by provider " + entry.name());
    }
    Optional<TpmStanding.Withheld> withheld = host.withheld(entry);
    if (withheld.isPresent()) {
      return new OnHost(host.name(), Presence.ERROR, withheld.get().sentence());
    }
    Optional<ProviderOnHost> report = reported.of(host.id(), entry.id());
    if (report.isEmpty()) {
      return new OnHost(host.name(), Presence.PENDING, silence(host));
    }
    ProviderOnHost state = report.get();
    if (!state.state().equals("ready")) {
      return new OnHost(host.name(), Presence.ERROR, state.detail());
    }
    String expected = entry.keyCheck().map(KeyCheckValue::hex).orElse("");
    if (!expected.isEmpty() && !state.keyCheck().equals(expected)) {
      return state.keyCheck().isEmpty()
          ? new OnHost(host.name(), Presence.PENDING, silence(host))
          : new OnHost(
              host.name(),
              Presence.ERROR,
              "it holds another key (check value " + state.keyCheck() + ")");
    }
    return new OnHost(host.name(), Presence.READY, silence(host));
  }

  private String silence(Host host) {
    if (responds(host)) {
      return "";
    }
    return host.lastSeen()
        .map(seen -> "not heard of since " + seen.truncatedTo(ChronoUnit.SECONDS))
        .orElse("has never connected");
  }
}
