package io.keymoor.manager.domain.delivery;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.KekSealing;
import io.keymoor.manager.domain.port.KekSupply;
import io.keymoor.manager.domain.port.KeyNeeds;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.ProviderReference;
import io.keymoor.provider.ProviderType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The keys of one cluster: which it needs, which are at hand, which its hosts have.
 *
 * <p>Guarantee: a key is in memory from when it was obtained until every host that lately asked has
 * it, and at most {@link DeliveryTiming#keeping}; it is erased then. Thread-safe.
 */
final class ClusterKeys implements AutoCloseable {
  private static final long MOST_REVISION = 1L << 62;
  private static final int MOST_REASON = 1000;

  /** Asking for all that a cluster needs may take one part in so many of the time. */
  private static final int SELDOM = 40;

  private final KekSealing sealing;
  private final KekSupply supply;
  private final DeliveryTiming timing;
  private final Map<KeyName, Need> needs = new HashMap<>();
  private final Map<UUID, HostSet> hosts = new HashMap<>();
  private final Set<KeyName> atHand = new HashSet<>();
  private Map<UUID, KeyName> ofTasks = Map.of();
  private long revision;
  private long state;
  private Instant refreshed = Instant.MIN;
  private Instant nextWhole = Instant.MIN;
  private long ringsThen = -1;
  private boolean elsewhere = true;

  ClusterKeys(KekSealing sealing, KekSupply supply, DeliveryTiming timing, Instant now) {
    this.sealing = sealing;
    this.supply = supply;
    this.timing = timing;
    // Revisions follow the clock, so that those of a manager that starts anew are not older.
    this.revision = now.toEpochMilli();
  }

  /**
   * What there is for a host, and what it just confirmed.
   *
   * @param news what it shall do
   * @param wanted keys that somebody has to fetch, by provider
   * @param arrived keys of open tasks that it has now and had not before, for other managers
   * @param everywhere whether all hosts have a key now that not all had before
   * @param again whether it lacks any, or there is more to say of what arrived after a while
   */
  record Answer(
      Optional<KeyNews> news,
      Map<UUID, List<KeyId>> wanted,
      Set<KeyName> arrived,
      boolean everywhere,
      boolean again) {
    static final Answer NONE = new Answer(Optional.empty(), Map.of(), Set.of(), false, false);
  }

  /** What the caller shall find out of what the cluster needs. */
  enum Look {
    NOTHING,
    TASKS,
    ALL
  }

  /** Whether it is time to ask what the cluster needs; the caller does so. */
  synchronized Look refresh(long rings, Instant now) {
    boolean old = !now.isBefore(refreshed.plus(timing.fresh()));
    if (rings == ringsThen && !old) {
      return Look.NOTHING;
    }
    ringsThen = rings;
    if (!old && now.isBefore(nextWhole)) {
      return Look.TASKS;
    }
    refreshed = now;
    return Look.ALL;
  }

  /** This is what the cluster needs, and how long it took to find out. */
  synchronized void need(KeyNeeds.Needed now, Duration took, Instant when) {
    nextWhole = when.plus(took.multipliedBy(SELDOM));
    boolean changed = false;
    Set<KeyName> tasksKeys = Set.copyOf(now.ofTasks().values());
    for (KeyName key : now.all()) {
      changed |= needed(key, tasksKeys.contains(key));
    }
    Instant over = when.minus(timing.grace());
    for (var each : List.copyOf(needs.entrySet())) {
      KeyName key = each.getKey();
      if (!now.all().contains(key)) {
        boolean first = each.getValue().needed();
        each.getValue().idle(when);
        boolean gone = each.getValue().idleSince(over) || !now.providers().contains(key.provider());
        if (gone) {
          each.getValue().release();
          atHand.remove(key);
          needs.remove(key);
        }
        if (first || gone) {
          hosts.values().forEach(set -> set.compare(key));
        }
        changed |= gone;
      }
    }
    changed |= !ofTasks.equals(now.ofTasks());
    ofTasks = now.ofTasks();
    releaseOld(when);
    releaseDelivered(when);
    if (changed) {
      changed(when);
    }
  }

  /** These are the keys of its open tasks; what else it needs is as it was. */
  synchronized void needOfTasks(Map<UUID, KeyName> now, Instant when) {
    boolean changed = !ofTasks.equals(now);
    for (KeyName key : now.values()) {
      changed |= needed(key, true);
    }
    ofTasks = now;
    if (changed) {
      changed(when);
    }
  }

  /** True when it was not needed before. */
  private boolean needed(KeyName key, boolean ofTask) {
    Need need = needs.computeIfAbsent(key, _ -> new Need());
    boolean news = need.begin(ofTask);
    if (news) {
      hosts.values().forEach(set -> set.compare(key));
    }
    return news;
  }

  private void changed(Instant now) {
    revision = Math.max(revision + 1, now.toEpochMilli());
    state++;
  }

  /**
   * What a host is told that says this.
   *
   * @param asked grows with every question of any host; what a host said before its latest question
   *     is no longer true and gets no answer
   */
  synchronized Answer answer(Host host, HeldByHost said, long asked, Instant now) {
    HostSet set = hosts.computeIfAbsent(host.id(), _ -> new HostSet(sealing, needs));
    if (!set.isLatest(asked)) {
      return Answer.NONE;
    }
    if (said.revision() > revision && said.revision() < MOST_REVISION) {
      // From another manager on this database, or one whose clock was ahead.
      revision = said.revision() + 1;
    }
    boolean everywhere = set.heard(said, now) && releaseDelivered(now);
    if (!set.known()) {
      return new Answer(
          Optional.of(KeyNews.listing(revision)), Map.of(), Set.of(), everywhere, true);
    }
    Set<KeyName> arrived = set.arrived(ofTasks, elsewhere, now);
    if (set.quietAt(state)) {
      return new Answer(Optional.empty(), Map.of(), arrived, everywhere, set.tellsLater());
    }
    Map<UUID, List<KeyId>> wanted = wanted(set.lacking(), now);
    Optional<KeyNews> news = news(host, said, set);
    if (set.lacking().stream().allMatch(key -> !need(key).failure().isEmpty())) {
      set.catchUp();
    }
    if (set.lacking().isEmpty() && news.isEmpty()) {
      set.beQuietAt(state);
    }
    boolean again = !set.lacking().isEmpty() || set.tellsLater();
    return new Answer(news, wanted, arrived, everywhere, again);
  }

  /** Takes what was made a moment ago; what is left has to be fetched. */
  private Map<UUID, List<KeyId>> wanted(Set<KeyName> lacking, Instant now) {
    Map<UUID, List<KeyId>> wanted = new HashMap<>();
    for (KeyName key : lacking) {
      if (need(key).ask(now)) {
        wanted.computeIfAbsent(key.provider(), _ -> new ArrayList<>()).add(key.id());
      }
    }
    boolean taken = false;
    for (var some : wanted.entrySet()) {
      Set<KeyId> here = new HashSet<>();
      for (IssuedKey key : supply.fresh(some.getKey(), some.getValue())) {
        try (key) {
          take(new KeyName(some.getKey(), key.id()), key, now);
          here.add(key.id());
        }
      }
      some.getValue().removeAll(here);
      taken |= !here.isEmpty();
    }
    if (taken) {
      changed(now);
    }
    wanted.values().removeIf(List::isEmpty);
    return wanted;
  }

  private Optional<KeyNews> news(Host host, HeldByHost said, HostSet set) {
    Map<KeyName, String> missing = new HashMap<>();
    Map<UUID, List<KeyName>> ready = new HashMap<>();
    for (KeyName key : set.lacking()) {
      Need need = need(key);
      if (need.kek().isPresent()) {
        ready.computeIfAbsent(key.provider(), _ -> new ArrayList<>()).add(key);
      } else if (!need.failure().isEmpty()) {
        missing.put(key, need.failure());
      }
    }
    Set<KeyName> surplus = Set.copyOf(set.surplus());
    if (ready.isEmpty()
        && surplus.isEmpty()
        && sealing.digestOfMissing(missing).equals(said.missing())) {
      return Optional.empty();
    }
    Set<KeyName> sent = new HashSet<>();
    List<KeyNews.Bundle> bundles = bundles(host, ready, sent);
    set.propose(sent, surplus);
    return Optional.of(new KeyNews(revision, false, surplus, bundles, missing));
  }

  private List<KeyNews.Bundle> bundles(
      Host host, Map<UUID, List<KeyName>> ready, Set<KeyName> sent) {
    List<KeyNews.Bundle> bundles = new ArrayList<>();
    for (var of : ready.entrySet()) {
      List<KeyName> keys = of.getValue();
      for (int from = 0; from < keys.size(); from += sealing.mostInOne()) {
        if (bundles.size() == KeyNews.MOST_BUNDLES) {
          return bundles;
        }
        List<KeyName> some = keys.subList(from, Math.min(keys.size(), from + sealing.mostInOne()));
        bundles.add(bundle(of.getKey(), some, host));
        sent.addAll(some);
      }
    }
    return bundles;
  }

  private KeyNews.Bundle bundle(UUID provider, List<KeyName> keys, Host host) {
    ProviderReference reference =
        new ProviderReference(provider, new ProviderName("standard"), ProviderType.STANDARD);
    List<IssuedKey> issued =
        keys.stream()
            .map(key -> new IssuedKey(reference, key.id(), need(key).kek().orElseThrow()))
            .toList();
    byte[] sealed = sealing.seal(provider, issued, host, revision);
    return new KeyNews.Bundle(provider, keys.stream().map(KeyName::id).toList(), () -> sealed);
  }

  private Need need(KeyName key) {
    Need need = needs.get(key);
    if (need == null) {
      throw new IllegalStateException("a key that nothing needs");
    }
    return need;
  }

  /** What was fetched; the supply stays owned by the caller. */
  synchronized void obtained(UUID provider, KekSupply.Supply supply, Instant now) {
    for (IssuedKey key : supply.keys()) {
      take(new KeyName(provider, key.id()), key, now);
    }
    boolean news = !supply.keys().isEmpty();
    for (var each : supply.missing().entrySet()) {
      Need need = needs.get(new KeyName(provider, each.getKey()));
      news |= need != null && need.failed(oneLine(each.getValue()), timing, now);
    }
    if (news) {
      changed(now);
    }
  }

  private void take(KeyName name, IssuedKey key, Instant now) {
    Need need = needs.get(name);
    if (need != null) {
      need.obtained(key.kek().copy(), now);
      atHand.add(name);
    }
  }

  /** Somebody wants the keys that could not be had tried at once; true when there are any. */
  synchronized boolean tryNow() {
    needs.values().forEach(Need::tryNow);
    return needs.values().stream().anyMatch(need -> !need.failure().isEmpty());
  }

  /** Whether a key is just being asked for. */
  synchronized boolean trying() {
    return needs.values().stream().anyMatch(Need::asked);
  }

  /** Why a key can't be had; empty when it can, or nobody tried yet. */
  synchronized String failure(KeyName key) {
    return Optional.ofNullable(needs.get(key)).map(Need::failure).orElse("");
  }

  /** Whether a host has all keys that could be had, since it lost them last. */
  synchronized boolean caughtUp(UUID host) {
    return Optional.ofNullable(hosts.get(host)).filter(HostSet::caughtUp).isPresent();
  }

  /**
   * Of these keys, the hosts that have them, as far as they are among {@code present}, the hosts of
   * the cluster that are connected to any manager.
   */
  synchronized Holders holders(Collection<KeyName> keys, Collection<UUID> present, Instant now) {
    Instant presence = now.minus(timing.presence());
    List<UUID> here =
        present.stream()
            .filter(host ->
                Optional.ofNullable(hosts.get(host))
                    .filter(set -> set.heardSince(presence))
                    .isPresent())
            .toList();
    elsewhere = here.size() < present.size();
    Map<KeyName, Set<UUID>> holders = new HashMap<>();
    for (KeyName key : keys) {
      Set<UUID> having = new HashSet<>();
      for (UUID host : here) {
        HostSet set = hosts.get(host);
        if (set != null && set.has(key)) {
          having.add(host);
        }
      }
      holders.put(key, having);
    }
    return new Holders(holders, elsewhere);
  }

  /** True when there was a key that not all hosts had before. */
  private boolean releaseDelivered(Instant now) {
    if (atHand.isEmpty()) {
      return false;
    }
    Instant presence = now.minus(timing.presence());
    List<HostSet> present =
        hosts.values().stream().filter(set -> set.heardSince(presence)).toList();
    return atHand.removeIf(key -> {
      boolean everywhere = present.stream().allMatch(set -> set.has(key));
      if (everywhere) {
        need(key).release();
      }
      return everywhere;
    });
  }

  private void releaseOld(Instant now) {
    atHand.removeIf(key -> {
      boolean old = need(key).keptSince(now.minus(timing.keeping()));
      if (old) {
        need(key).release();
      }
      return old;
    });
  }

  private static String oneLine(String reason) {
    String line = reason.replaceAll("\\p{Cntrl}+", " ").strip();
    return line.length() <= MOST_REASON ? line : line.substring(0, MOST_REASON - 1) + "…";
  }

  /** Erases every key. */
  @Override
  public synchronized void close() {
    needs.values().forEach(Need::release);
    needs.clear();
    atHand.clear();
  }
}
