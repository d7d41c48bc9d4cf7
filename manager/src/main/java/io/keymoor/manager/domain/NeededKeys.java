package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.NeededKey;
import io.keymoor.manager.domain.port.KeyNeeds;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What clusters need of standard providers, as the stores know it. Thread-safe. */
public final class NeededKeys implements KeyNeeds {
  private final Transactions transactions;

  public NeededKeys(Transactions transactions) {
    this.transactions = transactions;
  }

  @Override
  public Needed of(UUID cluster) {
    return transactions.in(stores -> of(stores, cluster));
  }

  @Override
  public Map<UUID, KeyName> ofTasks(UUID cluster) {
    return transactions.in(stores -> {
      Set<UUID> standard = standard(stores.providers().catalog());
      return standard.isEmpty() ? Map.of() : ofTasks(stores, cluster, standard);
    });
  }

  private static Set<UUID> standard(ProviderCatalog catalog) {
    return catalog.providers().stream()
        .filter(NeededKeys::isStandard)
        .map(ProviderEntry::id)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Map<UUID, KeyName> ofTasks(Stores stores, UUID cluster, Set<UUID> standard) {
    Map<UUID, KeyName> ofTasks = new HashMap<>(stores.tasks().keysOfOpen(cluster));
    ofTasks.values().removeIf(key -> !standard.contains(key.provider()));
    return ofTasks;
  }

  private static Needed of(Stores stores, UUID cluster) {
    ProviderCatalog catalog = stores.providers().catalog();
    Set<UUID> standard = standard(catalog);
    if (standard.isEmpty()) {
      return new Needed(Set.of(), Map.of(), standard);
    }
    Map<UUID, KeyName> ofTasks = ofTasks(stores, cluster, standard);
    Set<KeyName> all = new HashSet<>(ofTasks.values());
    for (NeededKey key : stores.vms().neededKeys(cluster)) {
      provider(catalog, key).ifPresent(provider -> all.add(new KeyName(provider, key.id())));
    }
    Set<KeyName> hostKeys = new HashSet<>(stores.estate().hostKeks(cluster));
    for (Host host : stores.estate().hosts()) {
      if (host.clusterId().equals(cluster)) {
        hostKey(host).ifPresent(hostKeys::add);
      }
    }
    hostKeys.stream().filter(key -> standard.contains(key.provider())).forEach(all::add);
    return new Needed(all, ofTasks, standard);
  }

  /** By id first and by name second, as on hosts (P2). */
  private static Optional<UUID> provider(ProviderCatalog catalog, NeededKey key) {
    return catalog
        .find(key.provider())
        .or(() ->
            catalog.providers().stream().filter(entry -> entry.answersTo(key.name())).findFirst())
        .filter(NeededKeys::isStandard)
        .map(ProviderEntry::id);
  }

  private static boolean isStandard(ProviderEntry entry) {
    return entry.type() == ProviderType.STANDARD;
  }

  private static Optional<KeyName> hostKey(Host host) {
    return host.condition()
        .hostKeyProvider()
        .flatMap(provider ->
            host.condition().hostKeyId().map(id -> new KeyName(provider, new KeyId(id))));
  }
}
