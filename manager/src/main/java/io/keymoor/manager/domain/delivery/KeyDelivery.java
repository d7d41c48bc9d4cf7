package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import io.keymoor.manager.domain.port.KekSupply;
import io.keymoor.manager.domain.port.KeyNeeds;
import io.keymoor.provider.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * Brings KEKs of standard providers to the hosts: every host of a cluster gets every key that the
 * cluster needs (H3), from the KMS when nobody lately asked for it, and keeps none that it does not
 * need.
 *
 * <p>Guarantee: what can't be had is tried again with growing pauses until it can (H4), and hosts
 * know the reason meanwhile. A KMS that does not answer delays nobody but those who wait for its
 * keys. Thread-safe.
 */
public final class KeyDelivery implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(KeyDelivery.class.getName());
  private static final int BATCH = 1000;

  private final KeyNeeds needs;
  private final KekSupply supply;
  private final KekSealing sealing;
  private final ToLongFunction<UUID> rings;
  private final Consumer<UUID> ring;
  private final DeliveryTiming timing;
  private final InstantSource clock;
  private final Map<UUID, ClusterKeys> clusters = new ConcurrentHashMap<>();
  private final Map<UUID, ReentrantLock> looking = new ConcurrentHashMap<>();
  private final AtomicLong questions = new AtomicLong();
  private final ExecutorService fetching = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * Between what clusters need and the KMS.
   *
   * @param rings how often somebody rang because something changed for a cluster
   * @param ring wakes the hosts of a cluster that wait
   */
  public KeyDelivery(
      KeyNeeds needs,
      KekSupply supply,
      KekSealing sealing,
      ToLongFunction<UUID> rings,
      Consumer<UUID> ring,
      DeliveryTiming timing,
      InstantSource clock) {
    this.needs = needs;
    this.supply = supply;
    this.sealing = sealing;
    this.rings = rings;
    this.ring = ring;
    this.timing = timing;
    this.clock = clock;
  }

  /**
   * What came of a host's question.
   *
   * @param news what it shall do with its keys
   * @param arrived keys of open tasks of which other managers should know that the host has them
   * @param everywhere whether all hosts have a key now that not all had before
   * @param again whether it lacks keys that may be had after a while, or has some of which there is
   *     more to say then
   */
  public record Answer(
      Optional<KeyNews> news, Set<KeyName> arrived, boolean everywhere, boolean again) {
    public Answer {
      arrived = Set.copyOf(arrived);
    }
  }

  /** The number of a question that a host begins to ask now, greater than all before. */
  public long question() {
    return questions.incrementAndGet();
  }

  /** What there is for a host that has these keys now. Never waits for a KMS. */
  public Answer answer(Host host, HeldByHost held) {
    return answer(host, held, question());
  }

  /**
   * What there is for a host that said with its question of this number that it has these keys.
   * Nothing, and no word of it counts, once it asked another: a host that was restarted has lost
   * what it had, while the connection of its predecessor may hang on.
   */
  public Answer answer(Host host, HeldByHost held, long question) {
    ClusterKeys cluster = cluster(host.clusterId());
    look(host.clusterId(), cluster);
    ClusterKeys.Answer answer = cluster.answer(host, held, question, clock.instant());
    answer
        .wanted()
        .forEach((provider, ids) -> fetching.execute(() -> fetch(host.clusterId(), provider, ids)));
    return new Answer(answer.news(), answer.arrived(), answer.everywhere(), answer.again());
  }

  /**
   * Finds out what the cluster needs now. One looks for all: who was woken by the same ring waits
   * for what that one finds, or it would take what was known before for all there is.
   */
  private void look(UUID id, ClusterKeys cluster) {
    ReentrantLock lock = looking.computeIfAbsent(id, _ -> new ReentrantLock());
    lock.lock();
    try {
      Instant now = clock.instant();
      switch (cluster.refresh(rings.applyAsLong(id), now)) {
        case NOTHING -> {}
        case TASKS -> cluster.needOfTasks(needs.ofTasks(id), clock.instant());
        case ALL -> {
          KeyNeeds.Needed needed = needs.of(id);
          Instant then = clock.instant();
          cluster.need(needed, Duration.between(now, then), then);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private ClusterKeys cluster(UUID id) {
    return clusters.computeIfAbsent(
        id, _ -> new ClusterKeys(sealing, supply, timing, clock.instant()));
  }

  private void fetch(UUID cluster, UUID provider, List<KeyId> ids) {
    for (int from = 0; from < ids.size(); from += BATCH) {
      List<KeyId> batch = ids.subList(from, Math.min(ids.size(), from + BATCH));
      try (KekSupply.Supply fetched = fetch(provider, batch)) {
        cluster(cluster).obtained(provider, fetched, clock.instant());
      }
      ring.accept(cluster);
    }
  }

  private KekSupply.Supply fetch(UUID provider, List<KeyId> batch) {
    try {
      KekSupply.Supply fetched = supply.fetch(provider, batch);
      return complete(fetched, batch);
    } catch (RuntimeException defect) {
      LOG.log(System.Logger.Level.ERROR, "Keys of provider " + provider + " not fetched", defect);
      return failed(batch, "The manager could not ask the KMS; its log says why.");
    }
  }

  /** A supply that forgets a key would leave it asked for and never answered. */
  private static KekSupply.Supply complete(KekSupply.Supply fetched, List<KeyId> batch) {
    Set<KeyId> answered = new HashSet<>(fetched.missing().keySet());
    fetched.keys().forEach(key -> answered.add(key.id()));
    List<KeyId> forgotten = batch.stream().filter(id -> !answered.contains(id)).toList();
    if (forgotten.isEmpty()) {
      return fetched;
    }
    Map<KeyId, String> missing = new HashMap<>(fetched.missing());
    forgotten.forEach(id -> missing.put(id, "The KMS did not say why it has no such key."));
    return new KekSupply.Supply(fetched.keys(), missing);
  }

  private static KekSupply.Supply failed(List<KeyId> batch, String reason) {
    Map<KeyId, String> missing = new HashMap<>();
    batch.forEach(id -> missing.put(id, reason));
    return new KekSupply.Supply(List.of(), missing);
  }

  /**
   * Which hosts of a cluster have these keys.
   *
   * @param connected the hosts that count
   */
  public Holders holders(UUID cluster, Collection<KeyName> keys, Collection<UUID> connected) {
    return cluster(cluster).holders(keys, connected, clock.instant());
  }

  /**
   * Tries at once what could not be had: somebody says that the KMS is back.
   *
   * @return whether there is any such key
   */
  public boolean tryNow(UUID cluster) {
    boolean any = cluster(cluster).tryNow();
    if (any) {
      ring.accept(cluster);
    }
    return any;
  }

  /** Whether a KMS is just being asked for keys of a cluster. */
  public boolean trying(UUID cluster) {
    return cluster(cluster).trying();
  }

  /** Why a key can't be had; empty when it can, or nobody tried yet. */
  public String failure(UUID cluster, KeyName key) {
    return cluster(cluster).failure(key);
  }

  /** Whether a host has all keys that could be had, since it lost them last. */
  public boolean caughtUp(Host host) {
    return cluster(host.clusterId()).caughtUp(host.id());
  }

  /** Erases every key; fetches under way come to nothing. */
  @Override
  public void close() {
    fetching.shutdownNow();
    clusters.values().forEach(ClusterKeys::close);
  }
}
