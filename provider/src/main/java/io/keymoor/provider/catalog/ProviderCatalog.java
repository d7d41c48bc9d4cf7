package io.keymoor.provider.catalog;

import io.keymoor.provider.ProviderException;
import io.keymoor.provider.ProviderName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * A manager's providers and defaults.
 *
 * <p>Invariants: at most {@link #LIMIT} providers; no name, present or former, belongs to two of
 * them; defaults name providers that exist.
 *
 * @param providers in order of creation
 * @param managerDefault the manager's default (P3)
 * @param clusterDefaults per cluster id, the default that overrides it
 */
public record ProviderCatalog(
    List<ProviderEntry> providers, Optional<UUID> managerDefault, Map<UUID, UUID> clusterDefaults) {
  /** The most providers a manager may have (P1). */
  public static final int LIMIT = 32;

  public ProviderCatalog {
    providers = List.copyOf(providers);
    clusterDefaults = Map.copyOf(clusterDefaults);
  }

  /** No provider, no default. */
  public static ProviderCatalog empty() {
    return new ProviderCatalog(List.of(), Optional.empty(), Map.of());
  }

  /** Finds by present name, else by id, else by former name. */
  public Optional<ProviderEntry> find(String nameOrId) {
    String wanted = nameOrId.strip();
    return first(p -> p.name().text().equalsIgnoreCase(wanted))
        .or(() -> first(p -> p.id().toString().equals(wanted.toLowerCase(Locale.ROOT))))
        .or(() ->
            first(p ->
                p.formerNames().stream().anyMatch(name -> name.text().equalsIgnoreCase(wanted))));
  }

  /** The provider with this id. */
  public Optional<ProviderEntry> find(UUID id) {
    return first(p -> p.id().equals(id));
  }

  /**
   * Finds like {@link #find(String)}.
   *
   * @throws ProviderException.NotFound when there is none
   */
  public ProviderEntry require(String nameOrId) {
    return find(nameOrId).orElseThrow(() -> new ProviderException.NotFound(nameOrId));
  }

  /**
   * The provider to encrypt with: the named one, else the cluster's default, else the manager's.
   *
   * @throws ProviderException.NotFound when the named one does not exist
   * @throws ProviderException.NoDefault when none is named and there is no default
   * @throws ProviderException.NotBackedUp when it may not be used yet (N1)
   */
  public ProviderEntry forUse(Optional<String> nameOrId, Optional<UUID> cluster) {
    ProviderEntry chosen =
        nameOrId
            .map(this::require)
            .or(() -> defaultFor(cluster))
            .orElseThrow(ProviderException.NoDefault::new);
    if (chosen.kind() instanceof ProviderEntry.Native it && it.backedUp().isEmpty()) {
      throw new ProviderException.NotBackedUp(chosen.name());
    }
    return chosen;
  }

  /** The default that holds in a cluster, or in the manager. */
  public Optional<ProviderEntry> defaultFor(Optional<UUID> cluster) {
    return cluster
        .map(clusterDefaults::get)
        .or(() -> managerDefault)
        .flatMap(id -> first(p -> p.id().equals(id)));
  }

  /**
   * With one provider more.
   *
   * @throws ProviderException.LimitReached for the 33rd
   * @throws ProviderException.NameTaken when another has or had one of its names
   */
  public ProviderCatalog add(ProviderEntry entry) {
    if (providers.size() >= LIMIT) {
      throw new ProviderException.LimitReached(LIMIT);
    }
    requireFree(entry.name(), Optional.empty());
    List<ProviderEntry> more = new ArrayList<>(providers);
    more.add(entry);
    return new ProviderCatalog(more, managerDefault, clusterDefaults);
  }

  /** With a provider renamed; its old name stays an alias (P7, R13). */
  public ProviderCatalog rename(UUID id, ProviderName name) {
    requireFree(name, Optional.of(id));
    return replace(id, entry -> entry.renamed(name));
  }

  /**
   * With a provider's TPM constraint changed (N3).
   *
   * @throws ProviderException.NativeOnly when it is a standard one
   */
  public ProviderCatalog constrain(UUID id, boolean tpmRequired) {
    return replace(
        id,
        entry -> {
          ProviderEntry.Native it = requireNative(entry, "constraint on TPMs");
          return entry.with(new ProviderEntry.Native(tpmRequired, it.keyCheck(), it.backedUp()));
        });
  }

  /** With a native provider's backup noted (N1). */
  public ProviderCatalog backedUp(UUID id, Instant when) {
    return replace(
        id,
        entry -> {
          ProviderEntry.Native it = requireNative(entry, "backup");
          return entry.with(
              new ProviderEntry.Native(it.tpmRequired(), it.keyCheck(), Optional.of(when)));
        });
  }

  /**
   * What only a native provider has.
   *
   * @param what the thing that a standard one lacks
   * @throws ProviderException.NativeOnly when it is a standard one
   */
  public static ProviderEntry.Native requireNative(ProviderEntry entry, String what) {
    return switch (entry.kind()) {
      case ProviderEntry.Native it -> it;
      case ProviderEntry.Standard _ -> throw new ProviderException.NativeOnly(entry.name(), what);
    };
  }

  /** Without a provider; where it was the default there is none then (P3). */
  public ProviderCatalog remove(UUID id) {
    requireId(id);
    Map<UUID, UUID> defaults = new LinkedHashMap<>(clusterDefaults);
    defaults.values().removeIf(id::equals);
    return new ProviderCatalog(
        providers.stream().filter(p -> !p.id().equals(id)).toList(),
        managerDefault.filter(other -> !other.equals(id)),
        defaults);
  }

  /** With a default for the manager, or for one cluster. */
  public ProviderCatalog withDefault(UUID id, Optional<UUID> cluster) {
    requireId(id);
    if (cluster.isEmpty()) {
      return new ProviderCatalog(providers, Optional.of(id), clusterDefaults);
    }
    Map<UUID, UUID> defaults = new LinkedHashMap<>(clusterDefaults);
    defaults.put(cluster.get(), id);
    return new ProviderCatalog(providers, managerDefault, defaults);
  }

  /** Without the manager's default, or without one cluster's. */
  public ProviderCatalog withoutDefault(Optional<UUID> cluster) {
    if (cluster.isEmpty()) {
      return new ProviderCatalog(providers, Optional.empty(), clusterDefaults);
    }
    Map<UUID, UUID> defaults = new LinkedHashMap<>(clusterDefaults);
    defaults.remove(cluster.get());
    return new ProviderCatalog(providers, managerDefault, defaults);
  }

  /**
   * What restoring this backup would do (N2). Changes nothing: {@link RestorePlan#entry} is to be
   * added by {@link #add} when the plan says so.
   *
   * @param backup the provider in the file, under the name it is to have here
   * @throws ProviderException.IdHasOtherKey when its id exists with another key
   * @throws ProviderException.NameHasOtherKey when its name exists with another key
   * @throws ProviderException.NameTaken when its name was another provider's
   * @throws ProviderException.LimitReached when there is no room for it
   */
  public RestorePlan planRestore(ProviderEntry backup) {
    Optional<ProviderEntry> sameId = first(p -> p.id().equals(backup.id()));
    if (sameId.isPresent()) {
      if (!sameId.get().keyCheck().equals(backup.keyCheck())) {
        throw new ProviderException.IdHasOtherKey(sameId.get().name());
      }
      return new RestorePlan(sameId.get(), RestorePlan.Effect.UNCHANGED);
    }
    if (first(p -> p.name().equals(backup.name())).isPresent()) {
      throw new ProviderException.NameHasOtherKey(backup.name());
    }
    add(backup);
    return new RestorePlan(backup, RestorePlan.Effect.CREATED);
  }

  private ProviderCatalog replace(UUID id, UnaryOperator<ProviderEntry> change) {
    requireId(id);
    return new ProviderCatalog(
        providers.stream().map(p -> p.id().equals(id) ? change.apply(p) : p).toList(),
        managerDefault,
        clusterDefaults);
  }

  private void requireId(UUID id) {
    if (first(p -> p.id().equals(id)).isEmpty()) {
      throw new ProviderException.NotFound(id.toString());
    }
  }

  private void requireFree(ProviderName name, Optional<UUID> except) {
    for (ProviderEntry other : providers) {
      if (except.filter(other.id()::equals).isEmpty() && other.answersTo(name)) {
        throw new ProviderException.NameTaken(name, !other.name().equals(name));
      }
    }
  }

  private Optional<ProviderEntry> first(java.util.function.Predicate<ProviderEntry> wanted) {
    return providers.stream().filter(wanted).findFirst();
  }
}
