package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.KmsCheck;
import io.keymoor.manager.domain.model.KmsSettings;
import io.keymoor.manager.domain.model.NewStandardProvider;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.standard.KmsHealth;
import io.keymoor.provider.standard.KmsServer;
import io.keymoor.provider.standard.ServerCertificates.Shown;
import io.keymoor.provider.standard.StandardKeyProvider;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Standard providers: made, their servers, and how these stand (S1, S3, S5, R19). Thread-safe; what
 * asks a KMS takes as long as the network does.
 */
public final class StandardProviders {
  private final Transactions transactions;
  private final Audit audit;
  private final KmsConnections connections;
  private final KmsCertificates certificates;
  private final ProviderViews views;
  private final Bell hostNews;
  private final InstantSource clock;

  StandardProviders(
      Transactions transactions,
      Audit audit,
      KmsConnections connections,
      KmsCertificates certificates,
      ProviderViews views,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.connections = connections;
    this.certificates = certificates;
    this.views = views;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /** Makes a standard provider after a look at its servers; it works once both sides trust. */
  public ProviderView create(Caller caller, NewStandardProvider wish) {
    return audit.attempt(
        caller,
        Subject.named("provider.create", "provider", wish.name()),
        () -> {
          ProviderEntry entry = entry(wish);
          // Before anybody waits for a network.
          transactions.in(stores -> added(stores.providers().catalog(), entry));
          KmsSettings settings = settings(entry.id(), wish);
          transactions.in(stores -> {
            var _ = added(stores.providers().lockedCatalog(), entry);
            stores.providers().insert(entry);
            stores.kms().insert(entry.id(), wish.mode(), settings);
            stores.estate().newRevisions(clock.instant());
            audit.ok(stores, caller, Subject.about("provider.create", entry), names(settings));
            return true;
          });
          hostNews.ring();
          return check(entry.id().toString());
        });
  }

  private static ProviderCatalog added(ProviderCatalog catalog, ProviderEntry entry) {
    Optional<ProviderEntry> same = catalog.find(entry.id());
    if (same.isPresent()) {
      throw new Refusal.Conflict(
          "provider_id_taken",
          "The key provider \""
              + same.get().name()
              + "\" has the id "
              + entry.id()
              + ". No key provider was made. If it is the same, it needs only its servers and trust"
              + " set right: keymoor provider kms");
    }
    return catalog.add(entry);
  }

  private ProviderEntry entry(NewStandardProvider wish) {
    if (wish.servers().stream().map(KmsServer::name).distinct().count() < wish.servers().size()) {
      throw new Refusal.Invalid(
          "server_twice", "A server is named twice. No key provider was made.");
    }
    return new ProviderEntry(
        wish.id().orElseGet(UUID::randomUUID),
        new ProviderName(wish.name()),
        List.of(),
        new ProviderEntry.Standard(wish.mode()),
        clock.instant());
  }

  private KmsSettings settings(UUID id, NewStandardProvider wish) {
    List<Shown> shown = KmsCertificates.shown(wish.servers());
    if (!wish.evenUnreachable()) {
      requireReachable(shown, "No key provider was made");
    }
    Set<X509Certificate> trusted =
        new LinkedHashSet<>(KmsCertificates.confirmed(shown, wish.fingerprints()));
    if (!wish.authorities().isBlank()) {
      trusted.addAll(KmsCertificates.certificates(wish.authorities()));
    }
    return new KmsSettings(
        1,
        wish.servers(),
        wish.order(),
        wish.timeout(),
        List.copyOf(trusted),
        certificates.generated(id, clock.instant()),
        Optional.empty());
  }

  private static void requireReachable(List<Shown> shown, String leftAs) {
    String away =
        shown.stream()
            .filter(it -> it.certificate().isEmpty())
            .map(it -> it.health().sentence())
            .collect(Collectors.joining("; "));
    if (!away.isEmpty()) {
      throw new ProviderException.KmsNotUsable(
          "Not every server of the KMS can be reached: "
              + away
              + ". "
              + leftAs
              + ". Repair that, leave the server out, or go ahead with --even-unreachable.");
    }
  }

  private static String names(KmsSettings settings) {
    return "servers "
        + settings.servers().stream().map(KmsServer::name).collect(Collectors.joining(", "));
  }

  /** What the servers show now, for a person to compare. */
  public List<Shown> certificates(String nameOrId) {
    List<KmsServer> servers =
        transactions.in(stores -> required(stores, nameOrId).settings().servers());
    return KmsCertificates.shown(servers);
  }

  /** Adds a server, after a look at it. */
  public ProviderView addServer(
      Caller caller, String nameOrId, KmsServer server, boolean evenUnreachable) {
    if (!evenUnreachable) {
      requireReachable(KmsCertificates.shown(List.of(server)), "The server was not added");
    }
    change(
        caller,
        "provider.server_add",
        nameOrId,
        server.name(),
        settings -> {
          List<KmsServer> servers = new ArrayList<>(settings.servers());
          if (servers.stream().anyMatch(it -> it.name().equals(server.name()))) {
            throw new Refusal.Conflict(
                "server_twice",
                "The key provider has the server "
                    + server.name()
                    + " already. Nothing was changed.");
          }
          servers.add(server);
          return settings.withServers(servers);
        });
    return check(nameOrId);
  }

  /** Removes a server, but not the last one. */
  public ProviderView removeServer(Caller caller, String nameOrId, String place) {
    String name = KmsServer.at(place).name();
    change(
        caller,
        "provider.server_remove",
        nameOrId,
        name,
        settings -> {
          List<KmsServer> servers =
              settings.servers().stream().filter(it -> !it.name().equals(name)).toList();
          if (servers.size() == settings.servers().size()) {
            throw new Refusal.NotFound(
                "server_not_found",
                "The key provider has no server "
                    + name
                    + ". Nothing was changed. It has: "
                    + names(settings));
          }
          if (servers.isEmpty()) {
            throw new Refusal.Conflict(
                "last_server",
                name
                    + " is the only server of this key provider. Nothing was changed. Add the one that"
                    + " takes its place first.");
          }
          return settings.withServers(servers);
        });
    return check(nameOrId);
  }

  /** Changes settings in one transaction, audited. */
  void change(
      Caller caller,
      String action,
      String nameOrId,
      String detail,
      java.util.function.UnaryOperator<KmsSettings> change) {
    audit.attempt(
        caller,
        Subject.named(action, "provider", nameOrId),
        () ->
            transactions.in(stores -> {
              ProviderEntry entry = stores.providers().catalog().require(nameOrId);
              KmsSettings before =
                  stores
                      .kms()
                      .lockedSettings(entry.id())
                      .orElseThrow(() -> new ProviderException.StandardOnly(entry.name()));
              stores.kms().update(entry.id(), change.apply(before));
              audit.ok(stores, caller, Subject.about(action, entry), detail);
              return true;
            }));
  }

  /** A standard provider and its settings. */
  record Required(ProviderEntry entry, KmsSettings settings) {}

  static Required required(Stores stores, String nameOrId) {
    ProviderCatalog catalog = stores.providers().catalog();
    ProviderEntry entry = catalog.require(nameOrId);
    return new Required(
        entry,
        stores
            .kms()
            .settings(entry.id())
            .orElseThrow(() -> new ProviderException.StandardOnly(entry.name())));
  }

  /** Looks at every server now, and remembers what it found. */
  public ProviderView check(String nameOrId) {
    ProviderEntry entry = transactions.in(stores -> required(stores, nameOrId).entry());
    List<KmsHealth> found = connections.with(entry.id(), StandardProviders::health);
    Instant now = clock.instant();
    return transactions.in(stores -> {
      stores.kms().saveChecks(entry.id(), found.stream().map(it -> new KmsCheck(it, now)).toList());
      return views.of(stores, stores.providers().catalog().require(entry.id().toString()));
    });
  }

  private static List<KmsHealth> health(ProviderEntry.Mode mode, StandardKeyProvider kms) {
    return switch (mode) {
      case ProviderEntry.KeyPerObject _ -> kms.health();
      case ProviderEntry.WrappingKey it ->
          switch (it.place()) {
            case MANAGER -> kms.health();
            case KMS -> kms.healthForWrapping();
          };
    };
  }

  /**
   * Looks at every standard provider's servers.
   *
   * @return what is wrong, one sentence each
   */
  public List<String> checkAll() {
    List<ProviderEntry> standard =
        transactions.in(stores ->
            stores.providers().catalog().providers().stream()
                .filter(it -> it.kind() instanceof ProviderEntry.Standard)
                .toList());
    List<String> wrong = new ArrayList<>();
    for (ProviderEntry entry : standard) {
      try {
        check(entry.id().toString())
            .health()
            .details()
            .forEach(detail -> wrong.add("Key provider " + entry.name() + ": " + detail));
      } catch (ProviderException deletedMeanwhile) {
        wrong.add("Key provider " + entry.name() + ": " + deletedMeanwhile.getMessage());
      }
    }
    return wrong;
  }
}
