package io.keymoor.manager.domain;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.DeletionImpact;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.ProviderName;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.secret.SecretBytes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/**
 * Key providers (P1–P7, N1, N3). Refusals are {@link Refusal} and {@link
 * io.keymoor.provider.ProviderException}; both changed nothing. Thread-safe.
 */
public final class Providers {
  private final Transactions transactions;
  private final Audit audit;
  private final Vault vault;
  private final Bell hostNews;
  private final ProviderViews views;
  private final InstantSource clock;

  public Providers(
      Transactions transactions,
      Audit audit,
      Vault vault,
      Bell hostNews,
      ProviderViews views,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.vault = vault;
    this.hostNews = hostNews;
    this.views = views;
    this.clock = clock;
  }

  /** Makes a native provider; it can be used once it is backed up. */
  public ProviderView createNative(Caller caller, String name, boolean tpmRequired) {
    return audit.attempt(
        caller,
        Subject.named("provider.create", "provider", name),
        () -> {
          ProviderView made =
              transactions.in(
                  stores -> create(stores, caller, new ProviderName(name), tpmRequired));
          hostNews.ring();
          return made;
        });
  }

  private ProviderView create(
      Stores stores, Caller caller, ProviderName name, boolean tpmRequired) {
    ProviderCatalog catalog = stores.providers().lockedCatalog();
    UUID id = UUID.randomUUID();
    try (SecretBytes kdk = vault.newKdk()) {
      ProviderEntry entry =
          new ProviderEntry(
              id,
              name,
              List.of(),
              new ProviderEntry.Native(tpmRequired, KeyCheckValue.of(kdk), Optional.empty()),
              clock.instant());
      catalog.add(entry);
      stores.providers().insert(entry, vault.seal(id, kdk));
      stores.estate().newRevisions(clock.instant());
      audit.ok(stores, caller, Subject.about("provider.create", entry), "");
      return views.of(stores, entry);
    }
  }

  /** All providers in order of creation. */
  public List<ProviderView> list() {
    return transactions.in(stores ->
        stores.providers().catalog().providers().stream()
            .map(entry -> views.of(stores, entry))
            .toList());
  }

  /** One provider, by name, former name or id. */
  public ProviderView show(String nameOrId) {
    return transactions.in(
        stores -> views.of(stores, stores.providers().catalog().require(nameOrId)));
  }

  /** Changes its name, its TPM constraint, or both. */
  public ProviderView change(
      Caller caller, String nameOrId, Optional<String> newName, Optional<Boolean> tpmRequired) {
    return audit.attempt(
        caller,
        Subject.named("provider.change", "provider", nameOrId),
        () -> {
          ProviderView changed =
              transactions.in(stores -> {
                if (newName.isPresent()) {
                  ProviderName name = new ProviderName(newName.get());
                  update(
                      stores, caller, "provider.rename", nameOrId, (c, id) -> c.rename(id, name));
                }
                if (tpmRequired.isPresent()) {
                  boolean required = tpmRequired.get();
                  update(
                      stores,
                      caller,
                      "provider.constrain",
                      newName.orElse(nameOrId),
                      (catalog, id) -> catalog.constrain(id, required));
                }
                return views.of(
                    stores, stores.providers().catalog().require(newName.orElse(nameOrId)));
              });
          hostNews.ring();
          return changed;
        });
  }

  private void update(
      Stores stores,
      Caller caller,
      String action,
      String nameOrId,
      BiFunction<ProviderCatalog, UUID, ProviderCatalog> change) {
    ProviderCatalog catalog = stores.providers().lockedCatalog();
    ProviderEntry before = catalog.require(nameOrId);
    ProviderEntry after =
        change
            .apply(catalog, before.id())
            .find(before.id())
            .orElseThrow(IllegalStateException::new);
    stores.providers().update(after);
    stores.estate().newRevisions(clock.instant());
    audit.ok(stores, caller, Subject.about(action, after), "was " + before.name());
  }

  /** Deletes it once {@code confirm} repeats its present name (P6). */
  public void delete(Caller caller, String nameOrId, Optional<String> confirm) {
    audit.attempt(
        caller,
        Subject.named("provider.delete", "provider", nameOrId),
        () -> {
          transactions.in(stores -> {
            remove(stores, caller, nameOrId, confirm);
            return true;
          });
          hostNews.ring();
        });
  }

  private void remove(Stores stores, Caller caller, String nameOrId, Optional<String> confirm) {
    ProviderCatalog catalog = stores.providers().lockedCatalog();
    ProviderEntry entry = catalog.require(nameOrId);
    DeletionImpact impact = impact(stores, catalog, entry);
    if (confirm.isEmpty()) {
      throw new Refusal.ConfirmationRequired(
          "Deleting the key provider \""
              + entry.name()
              + "\" locks what it protects until "
              + switch (entry.kind()) {
                case ProviderEntry.Native _ -> "it is restored from its backup";
                case ProviderEntry.Standard _ ->
                    "it is added again with its descriptor and its KMS; keys in the KMS stay";
              }
              + ". Nothing was deleted. Confirm with its name.",
          impact);
    }
    if (!confirm.get().strip().equalsIgnoreCase(entry.name().text())) {
      throw new Refusal.Conflict(
          "confirmation_wrong",
          "The confirmation \""
              + confirm.get()
              + "\" is not the name of the key provider. Nothing was deleted. Its name is \""
              + entry.name()
              + "\".");
    }
    stores.providers().saveDefaults(catalog.remove(entry.id()));
    stores.providers().delete(entry.id());
    stores.estate().newRevisions(clock.instant());
    audit.ok(
        stores,
        caller,
        Subject.about("provider.delete", entry),
        impact.vms().size() + " VMs and " + impact.hosts().size() + " host keys need it");
  }

  private static DeletionImpact impact(
      Stores stores, ProviderCatalog catalog, ProviderEntry entry) {
    Usage usage = Usage.of(entry.id(), stores);
    List<String> defaultOf = new ArrayList<>();
    if (catalog.managerDefault().filter(entry.id()::equals).isPresent()) {
      defaultOf.add("manager");
    }
    defaultOf.addAll(ProviderViews.defaultClusters(stores, catalog, entry.id()));
    return new DeletionImpact(
        usage.vms().stream()
            .map(use -> new ObjectRef("vm", use.object().toString(), use.name()))
            .toList(),
        usage.hosts().stream().map(Host::ref).toList(),
        defaultOf);
  }

  /** What needs it (N7). */
  public Usage usage(String nameOrId) {
    return transactions.in(
        stores -> Usage.of(stores.providers().catalog().require(nameOrId).id(), stores));
  }

  /** Makes it the default of the manager or of a cluster (P3). */
  public void setDefault(Caller caller, String nameOrId, Optional<String> cluster) {
    audit.attempt(
        caller,
        Subject.named("provider.set_default", "provider", nameOrId),
        () ->
            transactions.in(stores -> {
              ProviderCatalog catalog = stores.providers().lockedCatalog();
              ProviderEntry entry = catalog.require(nameOrId);
              Optional<UUID> of = clusterId(stores, cluster);
              stores.providers().saveDefaults(catalog.withDefault(entry.id(), of));
              audit.ok(
                  stores,
                  caller,
                  Subject.about("provider.set_default", entry),
                  cluster.map(name -> "cluster " + name).orElse("manager"));
              return true;
            }));
  }

  /** Leaves the manager, or a cluster, without a default of its own. */
  public void clearDefault(Caller caller, Optional<String> cluster) {
    String of = cluster.map(name -> "cluster " + name).orElse("manager");
    audit.attempt(
        caller,
        Subject.of("provider.clear_default"),
        () ->
            transactions.in(stores -> {
              ProviderCatalog catalog = stores.providers().lockedCatalog();
              stores.providers().saveDefaults(catalog.withoutDefault(clusterId(stores, cluster)));
              audit.ok(stores, caller, Subject.of("provider.clear_default"), of);
              return true;
            }));
  }

  private static Optional<UUID> clusterId(Stores stores, Optional<String> cluster) {
    return cluster.map(name ->
        stores
            .estate()
            .cluster(name)
            .map(Cluster::id)
            .orElseThrow(() -> Refusal.NotFound.of("cluster", name)));
  }
}
