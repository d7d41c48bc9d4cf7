package io.keymoor.manager.domain;

import io.keymoor.manager.domain.delivery.Holders;
import io.keymoor.manager.domain.delivery.KeyDelivery;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Holds commands back until the hosts have the keys (R5): a new key of a standard provider must be
 * on the host that uses it first, and before a rekey on every connected host of the cluster, or an
 * HA restart could find a record whose key nobody there has. A host that was away gets its keys
 * before commands. Thread-safe.
 */
final class KeyGate {
  private static final String ASKING = "until the KMS has answered";

  /** For so long a task may wait without saying so. */
  private static final Duration UNTOLD = Duration.ofSeconds(1);

  /** So many at once are a bulk task's, at which nobody looks one by one. */
  private static final int MANY = 32;

  private static final Duration MANY_UNTOLD = Duration.ofSeconds(4);

  /** After so long, what other managers know is looked up though no host seems to be with one. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KeyDelivery delivery;
  private final Duration hostSilence;
  private final InstantSource clock;

  KeyGate(KeyDelivery delivery, Duration hostSilence, InstantSource clock) {
    this.delivery = delivery;
    this.hostSilence = hostSilence;
    this.clock = clock;
  }

  /**
   * For what each of a host's tasks waits, in words that follow "waits"; nothing for those that may
   * go.
   */
  Map<UUID, String> waiting(Stores stores, Host host, List<Task> tasks) {
    if (tasks.isEmpty()) {
      return Map.of();
    }
    // The same for thousands of tasks of a bulk task.
    ProviderCatalog catalog = stores.providers().catalog();
    List<Host> cluster = connected(stores, host);
    Map<UUID, Set<UUID>> holders = holders(stores, catalog, cluster, host, tasks);
    Map<UUID, String> waiting = new HashMap<>();
    for (Task task : tasks) {
      waits(catalog, cluster, host, task, holders.getOrDefault(task.id(), Set.of()))
          .ifPresent(why -> waiting.put(task.id(), why));
    }
    return waiting;
  }

  /**
   * Whether a reason for waiting is to be told to people: most are over before anybody looks, and
   * what is told is stored.
   *
   * @param waiting how many of the host's tasks wait
   */
  boolean tells(Task task, String reason, int waiting) {
    Duration untold = waiting < MANY ? UNTOLD : MANY_UNTOLD;
    return reason.equals(ASKING) || !clock.instant().isBefore(task.times().created().plus(untold));
  }

  /** Which hosts have each task's key: what they told this manager, and what others wrote down. */
  private Map<UUID, Set<UUID>> holders(
      Stores stores, ProviderCatalog catalog, List<Host> cluster, Host host, List<Task> tasks) {
    Map<UUID, KeyName> keys = new HashMap<>();
    for (Task task : tasks) {
      key(task)
          .filter(key -> standard(catalog, key).isPresent())
          .ifPresent(key -> keys.put(task.id(), key));
    }
    if (keys.isEmpty()) {
      return Map.of();
    }
    Set<UUID> counting = cluster.stream().map(Host::id).collect(Collectors.toSet());
    counting.add(host.id());
    Holders told = delivery.holders(host.clusterId(), Set.copyOf(keys.values()), counting);
    Map<UUID, Set<UUID>> holders = new HashMap<>();
    keys.forEach((task, key) -> holders.put(task, told.of().getOrDefault(key, Set.of())));
    Instant old = clock.instant().minus(PATIENCE);
    List<UUID> open =
        tasks.stream()
            .filter(task -> keys.containsKey(task.id()))
            .filter(task -> told.elsewhere() || task.times().created().isBefore(old))
            .filter(task ->
                without(cluster, host, task.work(), holders.getOrDefault(task.id(), Set.of()))
                    .isPresent())
            .map(Task::id)
            .toList();
    stores
        .tasks()
        .keyHolders(open)
        .forEach((task, more) -> holders.merge(task, more, KeyGate::both));
    return holders;
  }

  private static Set<UUID> both(Set<UUID> some, Set<UUID> others) {
    Set<UUID> all = new HashSet<>(some);
    all.addAll(others);
    return all;
  }

  private static Optional<ProviderEntry> standard(ProviderCatalog catalog, KeyName key) {
    return catalog.find(key.provider()).filter(entry -> entry.type() == ProviderType.STANDARD);
  }

  private Optional<String> waits(
      ProviderCatalog catalog, List<Host> cluster, Host host, Task task, Set<UUID> holders) {
    if (!(task.work() instanceof VmWork.Stop) && !delivery.caughtUp(host)) {
      return Optional.of("until host " + host.name() + " has its keys back");
    }
    if (task.work() instanceof VmWork.Unlock && asksAgain(host, task)) {
      return Optional.of(ASKING);
    }
    if (task.work() instanceof VmWork.Migrate move) {
      return cluster.stream()
          .filter(other -> other.id().equals(move.to()) && !delivery.caughtUp(other))
          .map(other -> "until host " + other.name() + " has its keys back")
          .findFirst();
    }
    Optional<KeyName> key = key(task);
    Optional<ProviderEntry> provider = key.flatMap(name -> standard(catalog, name));
    if (provider.isEmpty()) {
      return Optional.empty();
    }
    return without(cluster, host, task.work(), holders)
        .map(name ->
            "until host "
                + name
                + " has key "
                + key.get().id()
                + " of provider \""
                + provider.get().name()
                + "\""
                + reason(host, key.get()));
  }

  /** On demand the KMS is asked at once, and the host hears what came of it first (V8). */
  private boolean asksAgain(Host host, Task task) {
    boolean begun = task.progress().phase().endsWith(ASKING);
    return begun ? delivery.trying(host.clusterId()) : delivery.tryNow(host.clusterId());
  }

  /** The name of a host that must have the key and has not. */
  private static Optional<String> without(
      List<Host> cluster, Host host, VmWork work, Set<UUID> holders) {
    if (!holders.contains(host.id())) {
      return Optional.of(host.name());
    }
    if (!(work instanceof VmWork.Rekey || work instanceof VmWork.DeepRekey)) {
      return Optional.empty();
    }
    return cluster.stream()
        .filter(other -> !holders.contains(other.id()))
        .map(Host::name)
        .findFirst();
  }

  private List<Host> connected(Stores stores, Host host) {
    Instant lately = clock.instant().minus(hostSilence);
    return stores.estate().hostsIn(host.clusterId()).stream()
        .filter(other -> other.lastSeen().filter(seen -> seen.isAfter(lately)).isPresent())
        .toList();
  }

  private String reason(Host host, KeyName key) {
    String failure = delivery.failure(host.clusterId(), key);
    return failure.isEmpty() ? "" : ": " + failure;
  }

  private static Optional<KeyName> key(Task task) {
    return switch (task.work()) {
      case VmWork.Encrypt w -> name(w.provider(), w.keyId());
      case VmWork.Rekey w -> name(w.provider(), w.keyId());
      case VmWork.DeepRekey w -> name(w.provider(), w.keyId());
      case VmWork.RekeyHost w -> name(w.provider(), w.keyId());
      case VmWork.AddVtpm w -> name(w.provider(), w.keyId());
      case VmWork.Decrypt _,
          VmWork.Start _,
          VmWork.Stop _,
          VmWork.Unlock _,
          VmWork.Migrate _,
          VmWork.RemoveVtpm _ ->
          Optional.empty();
    };
  }

  private static Optional<KeyName> name(UUID provider, KeyId key) {
    return Optional.of(new KeyName(provider, key));
  }
}
