package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Reported;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.PartState;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.overview.TheftReport.Exposure;
import io.keymoor.manager.domain.overview.TheftReport.Finding;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth.Presence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Makes theft reports (H8) from the stores. Thread-safe. */
public final class Theft {
  private final Transactions transactions;
  private final ProviderViews views;

  public Theft(Transactions transactions, ProviderViews views) {
    this.transactions = transactions;
    this.views = views;
  }

  /** What a thief of this host could read. */
  public TheftReport of(String nameOrId) {
    return transactions.in(stores -> {
      Host host =
          stores.estate().host(nameOrId).orElseThrow(() -> Refusal.NotFound.of("host", nameOrId));
      List<Vm> vms =
          stores.vms().on(host.id()).stream()
              .filter(known -> known.present())
              .map(known -> known.vm())
              .toList();
      return report(host, vms, holdings(stores, host));
    });
  }

  private List<Holding> holdings(Stores stores, Host host) {
    Reported reported = Reported.in(stores);
    return stores.providers().catalog().providers().stream()
        .map(entry ->
            new Holding(entry, views.onHost(entry, host, reported).presence() == Presence.READY))
        .toList();
  }

  /**
   * A provider and whether the host has it.
   *
   * @param provider the provider
   * @param present whether the host has its key, or may have its keys delivered
   */
  record Holding(ProviderEntry provider, boolean present) {}

  static TheftReport report(Host host, List<Vm> vms, List<Holding> holdings) {
    boolean tpm = host.facts().tpm();
    List<Finding> findings = new ArrayList<>();
    for (Holding holding : holdings) {
      findings.add(provider(holding, tpm, under(vms, holding.provider())));
    }
    inClear(vms).ifPresent(findings::add);
    findings.add(swap(host));
    findings.add(dumps(host, holdings));
    findings.add(savedMemory());
    findings.add(link(host));
    findings.sort(Comparator.comparing(Finding::exposure));
    return new TheftReport(host.ref(), findings);
  }

  static Finding provider(Holding holding, boolean tpm, List<String> vms) {
    String name = "provider " + holding.provider().name();
    return switch (holding.provider().kind()) {
      case ProviderEntry.Standard _ ->
          new Finding(
              name,
              Exposure.CLOSED,
              List.of(),
              "Its keys are in the host's memory only and gone with its power; the KMS and this"
                  + " manager give them again to enrolled hosts only.",
              "");
      case ProviderEntry.Native it -> ofNative(name, it, holding.present(), tpm, vms);
    };
  }

  private static Finding ofNative(
      String name, ProviderEntry.Native it, boolean present, boolean tpm, List<String> vms) {
    if (!present) {
      return new Finding(
          name,
          Exposure.CLOSED,
          List.of(),
          it.tpmRequired() && !tpm
              ? "The host has no TPM that seals its configuration, which this provider requires, so"
                  + " it never got the key derivation key."
              : "The host did not report that it has the key derivation key.",
          "");
    }
    return tpm
        ? new Finding(
            name,
            Exposure.WHOLE_HOST,
            vms,
            "Its key derivation key lies in the host's configuration, sealed to its TPM: the disks"
                + " open nothing, the machine booted as before opens these VMs, and every other VM"
                + " of this provider whose files it reaches.",
            "Seal the configuration to boot measurements too, or move these VMs to a standard"
                + " provider: keymoor provider change --to NAME")
        : new Finding(
            name,
            Exposure.DISKS,
            vms,
            "Its key derivation key lies in the host's configuration, and the key file that seals"
                + " that beside it: the host's boot disk opens these VMs, and every other VM of this"
                + " provider whose files the thief has.",
            "Seal the host's configuration to a TPM 2.0, or encrypt its boot disk, or require a TPM"
                + " when the provider is created, or use a standard provider.");
  }

  private static List<String> under(List<Vm> vms, ProviderEntry provider) {
    return vms.stream()
        .filter(vm -> vm.parts().stream().anyMatch(part -> isUnder(part, provider)))
        .map(Vm::name)
        .toList();
  }

  private static boolean isUnder(PartState part, ProviderEntry provider) {
    return part.encrypted()
        && (part.provider().filter(provider.id()::equals).isPresent()
            || part.providerName().filter(name -> answers(provider, name)).isPresent());
  }

  /** Names in records are whatever was recorded, so they are compared as text. */
  private static boolean answers(ProviderEntry provider, String recorded) {
    return provider.name().text().equals(recorded)
        || provider.formerNames().stream().anyMatch(name -> name.text().equals(recorded));
  }

  private static Optional<Finding> inClear(List<Vm> vms) {
    List<String> names =
        vms.stream()
            .filter(vm ->
                vm.parts().stream()
                    .anyMatch(part -> part.part().startsWith("disk:") && !part.encrypted()))
            .map(Vm::name)
            .toList();
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                "disks in clear",
                Exposure.DISKS,
                names,
                "These VMs have disks that are not encrypted; where those lie on this host's own"
                    + " storage, or on storage that is stolen with it, they are read at once.",
                "keymoor vm encrypt NAME"));
  }

  private static Finding swap(Host host) {
    return host.condition().encryptionMode().equals("incapable")
        ? new Finding(
            "swap",
            Exposure.DISKS,
            List.of(),
            "Memory of guests may be in it. " + host.condition().encryptionModeDetail(),
            "Turn swap off, or encrypt it with a key per boot; keymoor host doctor says how.")
        : new Finding(
            "swap",
            Exposure.CLOSED,
            List.of(),
            "The host reported that it has none, or one that is unreadable after its power was off.",
            "");
  }

  /** They are sealed to a key whose private half only the host key opens (R16). */
  private static Finding dumps(Host host, List<Holding> holdings) {
    String subject = "Keymoor's dumps and support bundles";
    Optional<Holding> under =
        holdings.stream()
            .filter(holding ->
                host.condition()
                    .hostKeyProvider()
                    .filter(holding.provider().id()::equals)
                    .isPresent())
            .findFirst();
    if (under.isEmpty()) {
      return new Finding(
          subject,
          Exposure.CLOSED,
          List.of(),
          "The host has no host key under a provider of this manager; without one it writes none,"
              + " and nobody opens those it wrote before.",
          "");
    }
    Exposure exposure = provider(under.get(), host.facts().tpm(), List.of()).exposure();
    String name = under.get().provider().name().toString();
    return new Finding(
        subject,
        exposure,
        List.of(),
        "They open with the host key, which is under provider "
            + name
            + ": as safe as that one's keys on this host.",
        exposure == Exposure.CLOSED
            ? ""
            : "Give the host key to another provider: keymoor provider change");
  }

  private static Finding savedMemory() {
    return new Finding(
        "memory that libvirt wrote",
        Exposure.UNKNOWN,
        List.of(),
        "What virsh save, managedsave and dump write is guests' memory in clear, and libvirt tells"
            + " nobody beforehand.",
        "keymoor host doctor on the host lists such files; keymoor host dump writes encrypted ones.");
  }

  private static Finding link(Host host) {
    return new Finding(
        "connection to this manager",
        Exposure.WHOLE_HOST,
        List.of(),
        "A stolen host that boots and reaches this manager is given its keys again, those of standard"
            + " providers too, until it is removed here.",
        "After a theft, at once: keymoor host remove " + host.name());
  }
}
