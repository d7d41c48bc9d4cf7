package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Reported;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.overview.Alarm.Severity;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Computed from what hosts reported last; nothing of it is stored. Thread-safe. */
public final class Overviews {
  private static final String SET_DEFAULT =
      "Until there is, encrypting needs a provider by name. Set one: keymoor provider set-default"
          + " NAME";

  private final Transactions transactions;
  private final ProviderViews views;
  private final InstantSource clock;

  public Overviews(Transactions transactions, ProviderViews views, InstantSource clock) {
    this.transactions = transactions;
    this.views = views;
    this.clock = clock;
  }

  /** Every VM that hosts reported, encrypted or not, and every host. */
  public List<KeyUse> keyUses() {
    return transactions.in(stores -> {
      ProviderCatalog catalog = stores.providers().catalog();
      List<Host> hosts = stores.estate().hosts();
      Map<UUID, Host> byId =
          hosts.stream().collect(Collectors.toMap(Host::id, Function.identity()));
      List<KeyUse> uses = new ArrayList<>();
      for (InventoryVm known : stores.vms().all()) {
        String cluster =
            Optional.ofNullable(byId.get(known.vm().host())).map(Host::clusterName).orElse("");
        uses.add(of(catalog, known, cluster));
      }
      hosts.forEach(host -> uses.add(of(catalog, host)));
      return uses;
    });
  }

  private static KeyUse of(ProviderCatalog catalog, InventoryVm known, String cluster) {
    Vm vm = known.vm();
    Map<List<String>, List<String>> parts = new LinkedHashMap<>();
    Map<List<String>, String> names = new LinkedHashMap<>();
    for (PartState part : vm.parts()) {
      if (part.encrypted()) {
        String provider = part.provider().map(UUID::toString).orElse("");
        List<String> key = List.of(provider, part.keyId().orElse(""));
        parts.computeIfAbsent(key, none -> new ArrayList<>()).add(part.part());
        names.put(key, part.providerName().orElse(provider));
      }
    }
    List<KeyUse.Key> keys = new ArrayList<>();
    parts.forEach((key, under) ->
        keys.add(key(catalog, key.getFirst(), names.getOrDefault(key, ""), key.getLast(), under)));
    return new KeyUse(
        vm.ref(),
        known.hostName(),
        cluster,
        known.registered(),
        known.template(),
        kind(vm),
        keys,
        vm.lockedReason());
  }

  private static String kind(Vm vm) {
    List<String> encrypted =
        vm.parts().stream().filter(PartState::encrypted).map(PartState::part).toList();
    if (encrypted.isEmpty()) {
      return "none";
    }
    if (!encrypted.contains("home")) {
      return "disks";
    }
    return encrypted.size() == 1 ? "vtpm_only" : "whole_vm";
  }

  private static KeyUse of(ProviderCatalog catalog, Host host) {
    List<KeyUse.Key> keys =
        host.condition().hostKeyProvider().stream()
            .map(provider ->
                key(
                    catalog,
                    provider.toString(),
                    provider.toString(),
                    host.condition().hostKeyId().orElse(""),
                    List.of()))
            .toList();
    return new KeyUse(
        host.ref(),
        host.name(),
        host.clusterName(),
        true,
        false,
        keys.isEmpty() ? "none" : "host_key",
        keys,
        Optional.empty());
  }

  private static KeyUse.Key key(
      ProviderCatalog catalog, String id, String recorded, String keyId, List<String> parts) {
    Optional<ProviderEntry> entry =
        id.isEmpty() ? Optional.empty() : catalog.find(UUID.fromString(id));
    return new KeyUse.Key(
        id, entry.map(it -> it.name().text()).orElse(recorded), entry.isPresent(), keyId, parts);
  }

  /** What is wrong now, the worst first. */
  public List<Alarm> alarms() {
    return transactions.in(stores -> {
      List<Alarm> alarms = new ArrayList<>();
      ProviderCatalog catalog = stores.providers().catalog();
      defaults(stores, catalog, alarms);
      for (ProviderEntry entry : catalog.providers()) {
        provider(stores, entry, alarms);
      }
      Reported reported = Reported.in(stores);
      List<Host> hosts = stores.estate().hosts();
      for (Host host : hosts) {
        host(catalog, host, reported, alarms);
      }
      alarms.addAll(VmAlarms.in(stores, views, hosts));
      alarms.addAll(PausedTasks.in(stores, clock.instant()));
      alarms.sort(java.util.Comparator.comparing(Alarm::severity));
      return alarms;
    });
  }

  /** R19: a default that is gone is noticed when the next VM is to be encrypted, or here. */
  private static void defaults(Stores stores, ProviderCatalog catalog, List<Alarm> alarms) {
    if (catalog.providers().isEmpty() || catalog.managerDefault().isPresent()) {
      return;
    }
    for (Cluster cluster : stores.estate().clusters()) {
      if (catalog.defaultFor(Optional.of(cluster.id())).isEmpty()) {
        alarms.add(
            new Alarm(
                Severity.WARNING,
                "no_default_provider",
                new ObjectRef("cluster", cluster.id().toString(), cluster.name()),
                "There is no default key provider for cluster "
                    + cluster.name()
                    + ". "
                    + SET_DEFAULT));
      }
    }
  }

  private void provider(Stores stores, ProviderEntry entry, List<Alarm> alarms) {
    ProviderHealth health = views.health(stores, entry, List.of());
    ObjectRef ref = new ObjectRef("provider", entry.id().toString(), entry.name().text());
    Severity severity =
        health.state() == ProviderHealth.State.ERROR ? Severity.ERROR : Severity.WARNING;
    for (String detail : health.details()) {
      boolean unsaved = detail.startsWith("Not backed up");
      alarms.add(
          new Alarm(
              unsaved ? Severity.WARNING : severity,
              unsaved ? "provider_not_backed_up" : "provider_unhealthy",
              ref,
              detail));
    }
  }

  private void host(ProviderCatalog catalog, Host host, Reported reported, List<Alarm> alarms) {
    if (!views.responds(host)) {
      String since =
          host.lastSeen()
              .map(seen -> "has not been heard of since " + seen.truncatedTo(ChronoUnit.SECONDS))
              .orElse("has never connected");
      alarms.add(
          new Alarm(
              Severity.ERROR,
              "host_silent",
              host.ref(),
              "Host "
                  + host.name()
                  + " "
                  + since
                  + ". Its VMs run on. See its agent and network."));
      return;
    }
    for (ProviderEntry entry : catalog.providers()) {
      ProviderHealth.OnHost on = views.onHost(entry, host, reported);
      switch (on.presence()) {
        case READY, NOT_ALLOWED -> {}
        case PENDING -> alarms.add(outOfSync(Severity.WARNING, host, entry, "does not have", on));
        case ERROR -> alarms.add(outOfSync(Severity.ERROR, host, entry, "cannot use", on));
      }
    }
    kept(catalog, host).ifPresent(alarms::add);
    encryptionMode(host, alarms);
  }

  /** Keys that it has on its own word, from before TPMs were attested. */
  private static Optional<Alarm> kept(ProviderCatalog catalog, Host host) {
    String names =
        catalog.providers().stream()
            .filter(entry -> entry.tpmRequired() && host.facts().tpm() && !host.tpm().stands())
            .filter(entry -> host.tpm().kept().contains(entry.id()))
            .map(entry -> entry.name().text())
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Alarm(
                Severity.WARNING,
                "tpm_not_attested",
                host.ref(),
                "Host "
                    + host.name()
                    + " keeps the keys of providers that require a TPM 2.0 on its own word, from"
                    + " before TPMs were attested: "
                    + names
                    + ". "
                    + host.tpm().remedy(host.name())));
  }

  private static void encryptionMode(Host host, List<Alarm> alarms) {
    if (host.condition().encryptionMode().equals("error")) {
      alarms.add(
          new Alarm(
              Severity.ERROR,
              "encryption_mode_error",
              host.ref(),
              "Host "
                  + host.name()
                  + " is in encryption mode error and goes on trying. "
                  + host.condition().encryptionModeDetail()));
    } else if (!host.condition().encryptionModeDetail().isEmpty()
        && host.condition().hostKeyProvider().isPresent()) {
      alarms.add(
          new Alarm(
              Severity.WARNING,
              "host_not_safe",
              host.ref(),
              "Host " + host.name() + ": " + host.condition().encryptionModeDetail()));
    }
  }

  private static Alarm outOfSync(
      Severity severity, Host host, ProviderEntry entry, String how, ProviderHealth.OnHost on) {
    String detail = on.detail().isEmpty() ? "." : ": " + on.detail();
    return new Alarm(
        severity,
        "host_out_of_sync",
        host.ref(),
        "Host " + host.name() + " " + how + " the key provider " + entry.name() + detail);
  }
}
