package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderUsage;
import io.keymoor.provider.record.KeyRecord;
import io.keymoor.provider.record.KeyRecordCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What needs a provider (N7), as the key records that hosts reported say.
 *
 * @param vms VMs, registered or not
 * @param hosts hosts whose host key is under it
 */
public record Usage(List<ProviderUsage.Use> vms, List<Host> hosts) {
  public Usage {
    vms = List.copyOf(vms);
    hosts = List.copyOf(hosts);
  }

  static Usage of(UUID provider, Stores stores) {
    List<KeyRecord> records = new ArrayList<>();
    for (InventoryVm known : stores.vms().using(provider)) {
      known.vm().keyRecord().flatMap(Usage::parsed).ifPresent(records::add);
    }
    return new Usage(ProviderUsage.of(provider, records).objects(), hosts(provider, stores));
  }

  /** Hosts whose host key is under a provider. */
  static List<Host> hosts(UUID provider, Stores stores) {
    return stores.estate().hosts().stream()
        .filter(host -> host.condition().hostKeyProvider().filter(provider::equals).isPresent())
        .toList();
  }

  /** The providers that a VM needs for what of it is encrypted now. */
  public static Set<UUID> providers(Optional<KeyRecord> record) {
    return record.map(KeyRecord::parts).orElse(List.of()).stream()
        .flatMap(part -> part.current().stream())
        .map(entry -> entry.provider().id())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A VM's key record. A damaged one can't be indexed; its VM is locked and says so itself. */
  public static Optional<KeyRecord> record(Vm vm) {
    return vm.keyRecord().flatMap(Usage::parsed);
  }

  private static Optional<KeyRecord> parsed(String json) {
    return Stream.of(json).flatMap(Usage::parse).findFirst();
  }

  static Stream<KeyRecord> parse(String json) {
    try {
      return Stream.of(KeyRecordCodec.read(json));
    } catch (ProviderException damaged) {
      return Stream.empty();
    }
  }
}
