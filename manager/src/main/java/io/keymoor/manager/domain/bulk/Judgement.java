package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.TpmStanding;
import io.keymoor.manager.domain.model.VmStanding;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides what can be done with the objects of a wave, before a key is made for them. */
final class Judgement {
  private final ProviderViews views;
  private final Takeover takeover;

  /**
   * @param takeover until it is over no host counts as silent
   */
  Judgement(ProviderViews views, Takeover takeover) {
    this.views = views;
    this.takeover = takeover;
  }

  /**
   * An object that can be worked on.
   *
   * @param item the object, with the host that has it now
   */
  record Ready(BulkItem item) {
    KeyPurpose purpose() {
      KeyPurpose.Kind kind = item.isHost() ? KeyPurpose.Kind.HOST : KeyPurpose.Kind.VIRTUAL_MACHINE;
      return new KeyPurpose(kind, item.id(), item.object().name());
    }

    VmWork work(KeyId key) {
      return item.isHost()
          ? new VmWork.RekeyHost(item.provider(), key)
          : new VmWork.Rekey(item.provider(), key);
    }
  }

  /**
   * What came of a wave.
   *
   * @param concluded objects whose result is known without a host
   * @param ready those to be worked on
   * @param broken why nothing more can be done at all
   */
  record Verdict(List<BulkItem> concluded, List<Ready> ready, Optional<String> broken) {}

  Verdict of(Stores stores, Bulk bulk, List<Host> hosts, List<BulkItem> wave) {
    ProviderCatalog catalog = stores.providers().catalog();
    Optional<String> broken =
        bulk.request().provider().flatMap(provider -> unusable(catalog, provider));
    if (broken.isPresent()) {
      return new Verdict(List.of(), List.of(), broken);
    }
    List<UUID> ids = wave.stream().map(BulkItem::id).toList();
    Facts facts =
        new Facts(
            bulk.request(),
            catalog,
            hosts.stream().collect(Collectors.toMap(Host::id, Function.identity())),
            stores.vms().standings(ids).stream()
                .collect(Collectors.toMap(VmStanding::id, Function.identity())),
            stores.tasks().changingKeysOf(ids, bulk.id()),
            new HashMap<>());
    List<BulkItem> concluded = new ArrayList<>();
    List<Ready> ready = new ArrayList<>();
    for (BulkItem item : wave) {
      BulkItem judged = item.isHost() ? host(facts, item) : vm(facts, item);
      if (judged.state() != BulkItem.State.WAITING) {
        concluded.add(judged);
      } else if (!pending(facts, judged.host())) {
        ready.add(new Ready(judged));
      }
    }
    return new Verdict(concluded, ready, Optional.empty());
  }

  /** What is the same for all objects of a wave. */
  private record Facts(
      Bulk.Request request,
      ProviderCatalog catalog,
      Map<UUID, Host> hosts,
      Map<UUID, VmStanding> vms,
      Map<UUID, UUID> busy,
      Map<UUID, Optional<String>> providers) {
    Optional<String> unusable(UUID provider) {
      return providers.computeIfAbsent(provider, id -> Judgement.unusable(catalog, id));
    }
  }

  private BulkItem vm(Facts facts, BulkItem item) {
    VmStanding vm = facts.vms.get(item.id());
    if (vm == null) {
      return skipped(item, "vm_not_found", Sentences.gone());
    }
    if (!vm.encrypted()) {
      return skipped(item, "vm_not_encrypted", Sentences.NOT_ENCRYPTED);
    }
    if (facts.request.kind() == Bulk.Kind.CHANGE_PROVIDER && vm.isUnder(item.provider())) {
      return skipped(item, "vm_moved_already", Sentences.moved());
    }
    Host host = facts.hosts.get(vm.host());
    if (host == null) {
      return skipped(item, "vm_not_found", Sentences.gone());
    }
    if (!vm.present()) {
      return failed(item, "vm_not_on_host", Sentences.absent(host));
    }
    if (vm.lockedReason().isPresent()) {
      return failed(item, "vm_locked", Sentences.locked(vm.lockedReason().get()));
    }
    Optional<ProviderEntry> target =
        Selection.target(facts.request, facts.catalog, vm, Optional.of(host.clusterId()));
    if (target.isEmpty()) {
      ProviderException none = new ProviderException.NoDefault();
      return failed(item, none.code(), String.valueOf(none.getMessage()));
    }
    return common(facts, item.at(host.id(), target.get().id()), host);
  }

  private BulkItem host(Facts facts, BulkItem item) {
    Host host = facts.hosts.get(item.id());
    return host == null
        ? skipped(item, "host_not_found", Sentences.gone())
        : common(facts, item, host);
  }

  private BulkItem common(Facts facts, BulkItem item, Host host) {
    if (silent(host)) {
      return failed(item, "host_unreachable", Sentences.silent(host));
    }
    UUID busy = facts.busy.get(item.id());
    if (busy != null) {
      return failed(item, "vm_busy", Sentences.busy(busy.toString()));
    }
    Optional<String> unusable = facts.unusable(item.provider());
    if (unusable.isPresent()) {
      return failed(item, "provider_unusable", unusable.get());
    }
    Optional<TpmStanding.Withheld> withheld =
        facts.catalog.find(item.provider()).flatMap(host::withheld);
    if (withheld.isPresent()) {
      ProviderException refused = withheld.get().refusal();
      return failed(item, refused.code(), String.valueOf(refused.getMessage()));
    }
    return item;
  }

  private static Optional<String> unusable(ProviderCatalog catalog, UUID provider) {
    try {
      catalog.forUse(Optional.of(provider.toString()), Optional.empty());
      return Optional.empty();
    } catch (ProviderException refused) {
      return Optional.of(String.valueOf(refused.getMessage()));
    }
  }

  /** Whether it was not heard of for so long that nobody should wait for it. */
  boolean silent(Host host) {
    return !views.responds(host) && mayGiveUp();
  }

  /** Not heard of, but it may be about to come back. */
  boolean awaited(Host host) {
    return !views.responds(host) && !mayGiveUp();
  }

  /** Not while hosts may be on their way from another manager. */
  boolean mayGiveUp() {
    return takeover.isOver();
  }

  private boolean pending(Facts facts, UUID host) {
    return Optional.ofNullable(facts.hosts.get(host)).filter(it -> !views.responds(it)).isPresent();
  }

  private static BulkItem skipped(BulkItem item, String code, String why) {
    return item.concluded(BulkItem.State.SKIPPED, code, why);
  }

  private static BulkItem failed(BulkItem item, String code, String why) {
    return item.concluded(BulkItem.State.FAILED, code, why);
  }
}
