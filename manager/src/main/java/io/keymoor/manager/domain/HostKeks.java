package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCondition;
import io.keymoor.manager.domain.model.KeyName;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderType;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The KEK of a host's own key (H2, R8): every host of a cluster gets one as soon as anything in the
 * cluster is encrypted. Of a standard provider one is made for each host, once, and remembered; of
 * a native one it is an id to derive it by. A host whose key is under a provider that exists is
 * left alone. Thread-safe.
 */
public final class HostKeks implements AutoCloseable {
  private static final String ACTION = "host.key_issue";
  private static final String MANAGER = "manager";

  /** Longer than a KMS may take, so that one host has one request under way. */
  private static final Duration RETRY = Duration.ofSeconds(60);

  private final Transactions transactions;
  private final Audit audit;
  private final StandardKeys keys;
  private final NeededKeys needs;
  private final Bell hostNews;
  private final InstantSource clock;
  private final ExecutorService issuing = Executors.newVirtualThreadPerTaskExecutor();

  /** When a key may be asked for again, by host. */
  private final Map<UUID, Instant> nextTry = new HashMap<>();

  public HostKeks(
      Transactions transactions,
      Audit audit,
      StandardKeys keys,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.keys = keys;
    this.needs = new NeededKeys(transactions);
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /**
   * Whether a host lacks a host key.
   *
   * @param kek the KEK that was made for it
   * @param nativeProvider one that protects something in its cluster, its default before others
   */
  private record Standing(boolean lacks, Optional<KeyName> kek, Optional<UUID> nativeProvider) {}

  /**
   * The KEK for a host that lacks a host key. Has one made when there is none yet; then a later
   * call gives it. Never waits for a KMS.
   */
  public Optional<KeyName> forHost(Host host, HostCondition condition) {
    Standing standing = transactions.in(stores -> standing(stores, host, condition));
    if (!standing.lacks()) {
      return Optional.empty();
    }
    if (standing.kek().isPresent()) {
      return standing.kek();
    }
    Optional<UUID> standard = provider(host);
    standard
        .filter(_ -> begin(host))
        .ifPresent(provider -> issuing.execute(() -> issue(host, provider)));
    return standard.isPresent()
        ? Optional.empty()
        : standing.nativeProvider().map(provider -> new KeyName(provider, KeyId.random()));
  }

  private static Standing standing(Stores stores, Host host, HostCondition condition) {
    ProviderCatalog catalog = stores.providers().catalog();
    boolean lacks =
        condition.hostKeyProvider().filter(id -> catalog.find(id).isPresent()).isEmpty();
    return new Standing(
        lacks,
        stores.estate().hostKek(host.id()).filter(key -> catalog.find(key.provider()).isPresent()),
        lacks ? nativeInUse(stores, catalog, host.clusterId()) : Optional.empty());
  }

  /** What protects something already was backed up (N1); another provider need not be. */
  private static Optional<UUID> nativeInUse(Stores stores, ProviderCatalog catalog, UUID cluster) {
    Optional<UUID> preferred = catalog.defaultFor(Optional.of(cluster)).map(ProviderEntry::id);
    return stores.vms().providersIn(cluster).stream()
        .filter(id -> catalog.find(id).filter(HostKeks::isNative).isPresent())
        .min(
            Comparator.comparing((UUID id) -> !preferred.equals(Optional.of(id)))
                .thenComparing(Comparator.naturalOrder()));
  }

  private static boolean isNative(ProviderEntry entry) {
    return entry.type() == ProviderType.NATIVE;
  }

  /** A standard provider that the cluster needs; none where none is needed. */
  private Optional<UUID> provider(Host host) {
    return needs.of(host.clusterId()).all().stream()
        .map(KeyName::provider)
        .min(Comparator.naturalOrder());
  }

  private synchronized boolean begin(Host host) {
    Instant now = clock.instant();
    boolean due = !now.isBefore(nextTry.getOrDefault(host.id(), Instant.MIN));
    nextTry.put(host.id(), now.plus(RETRY));
    return due;
  }

  private void issue(Host host, UUID provider) {
    Optional<String> name =
        transactions.in(stores ->
            stores.providers().catalog().find(provider).map(entry -> entry.name().text()));
    Subject subject = new Subject(ACTION, Optional.of(host.ref()), name, Optional.empty());
    try {
      KeyId id = keys.issue(provider, new KeyPurpose(KeyPurpose.Kind.HOST, host.id(), host.name()));
      transactions.in(stores -> {
        stores.estate().saveHostKek(host.id(), new KeyName(provider, id));
        audit.write(stores, MANAGER, "", subject.with(id), "ok", "");
        return true;
      });
      hostNews.in(host.clusterId()).ring();
    } catch (ProviderException unable) {
      transactions.in(stores -> {
        audit.write(
            stores, MANAGER, "", subject, "failed", unable.code() + ": " + unable.getMessage());
        return true;
      });
    }
  }

  /** Erases nothing; requests under way come to nothing. */
  @Override
  public void close() {
    issuing.shutdownNow();
  }
}
