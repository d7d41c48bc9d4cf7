package io.keymoor.manager.domain.bulk;

import io.keymoor.manager.domain.Audit;
import io.keymoor.manager.domain.ProviderViews;
import io.keymoor.manager.domain.Reported;
import io.keymoor.manager.domain.Subject;
import io.keymoor.manager.domain.model.Bulk;
import io.keymoor.manager.domain.model.BulkItem;
import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.Privilege;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.provider.ProviderException;
import io.keymoor.provider.catalog.ProviderCatalog;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Moving everything to another provider (A5, P8): what it would do, what stands in the way.
 *
 * @param to the provider everything goes to
 * @param from only what is under this one
 * @param cluster only what is in this cluster
 * @param setDefaults whether defaults go to it too, before anything else
 */
public record ProviderChange(
    String to, Optional<String> from, Optional<String> cluster, boolean setDefaults) {
  static final String ACTION = "provider.change_to";

  /**
   * Something to know before.
   *
   * @param blocks whether nothing may begin because of it
   * @param code stable
   * @param sentence what it is, and what to do
   */
  public record Finding(boolean blocks, String code, String sentence) {}

  /**
   * What would be done.
   *
   * @param to the provider everything goes to
   * @param vms VMs that would go to it
   * @param hosts hosts whose own key would
   * @param defaults of what it would become the default: "manager" or clusters
   * @param findings what stands in the way, or should be known
   */
  public record Plan(
      ProviderEntry to, long vms, long hosts, List<String> defaults, List<Finding> findings) {
    public Plan {
      defaults = List.copyOf(defaults);
      findings = List.copyOf(findings);
    }

    /** Whether it may begin. */
    public boolean clear() {
      return findings.stream().noneMatch(Finding::blocks);
    }
  }

  /** What it would do now. Changes nothing. */
  Plan plan(Stores stores, ProviderViews views) {
    ProviderCatalog catalog = stores.providers().catalog();
    ProviderEntry target = catalog.require(to);
    Bulk.Request request = request(stores, catalog, target);
    List<BulkItem> items = Selection.of(stores, request);
    long hosts = items.stream().filter(BulkItem::isHost).count();
    return new Plan(
        target,
        items.size() - hosts,
        hosts,
        setDefaults
            ? defaults(stores, catalog, request).stream().map(DefaultOf::name).toList()
            : List.of(),
        findings(stores, views, target, items));
  }

  /** Checks, sets the defaults, and says what is to be done. */
  Bulk.Request begin(Stores stores, ProviderViews views, Caller caller, Audit audit) {
    ProviderCatalog catalog = stores.providers().lockedCatalog();
    ProviderEntry target = catalog.require(to);
    Plan plan = plan(stores, views);
    if (!plan.clear()) {
      throw new Refusal.Conflict(
          "preflight_failed",
          "Nothing was moved to "
              + target.name()
              + ". "
              + plan.findings().stream()
                  .filter(Finding::blocks)
                  .map(Finding::sentence)
                  .collect(Collectors.joining(" ")));
    }
    Bulk.Request request = request(stores, catalog, target);
    if (setDefaults) {
      caller.require(Privilege.MANAGE_KEY_SERVERS);
      ProviderCatalog changed = catalog;
      for (DefaultOf one : defaults(stores, catalog, request)) {
        changed = changed.withDefault(target.id(), one.cluster());
        audit.ok(stores, caller, Subject.about("provider.set_default", target), one.name());
      }
      stores.providers().saveDefaults(changed);
    }
    return request;
  }

  private Bulk.Request request(Stores stores, ProviderCatalog catalog, ProviderEntry target) {
    Optional<ProviderEntry> source = from.map(catalog::require);
    if (source.filter(target::equals).isPresent()) {
      throw new Refusal.Invalid(
          "provider_same",
          "Both providers are " + target.name() + ". Nothing was changed. Name another.");
    }
    Optional<Cluster> within = Bulks.cluster(stores, cluster);
    return new Bulk.Request(
        Bulk.Kind.CHANGE_PROVIDER,
        Optional.of(target.id()),
        source.map(ProviderEntry::id),
        within.map(Cluster::id),
        List.of(),
        "everything"
            + source.map(entry -> " under " + entry.name()).orElse("")
            + within.map(known -> " in cluster " + known.name()).orElse("")
            + " to "
            + target.name());
  }

  /** The manager's default, or a cluster's. */
  private record DefaultOf(String name, Optional<UUID> cluster) {}

  private static List<DefaultOf> defaults(
      Stores stores, ProviderCatalog catalog, Bulk.Request request) {
    UUID target = request.provider().orElseThrow();
    List<DefaultOf> changed = new ArrayList<>();
    if (request.cluster().isEmpty() && goes(catalog.managerDefault(), request, target)) {
      changed.add(new DefaultOf("manager", Optional.empty()));
    }
    for (Cluster known : stores.estate().clusters()) {
      Optional<UUID> own = Optional.ofNullable(catalog.clusterDefaults().get(known.id()));
      boolean here = request.cluster().map(known.id()::equals).orElse(own.isPresent());
      if (here && goes(own, request, target)) {
        changed.add(new DefaultOf("cluster " + known.name(), Optional.of(known.id())));
      }
    }
    return changed;
  }

  private static boolean goes(Optional<UUID> now, Bulk.Request request, UUID target) {
    return !now.equals(Optional.of(target))
        && (request.from().isEmpty() || now.equals(request.from()));
  }

  private static List<Finding> findings(
      Stores stores, ProviderViews views, ProviderEntry target, List<BulkItem> items) {
    List<Finding> found = new ArrayList<>();
    try {
      stores.providers().catalog().forUse(Optional.of(target.id().toString()), Optional.empty());
    } catch (ProviderException refused) {
      found.add(new Finding(true, refused.code(), String.valueOf(refused.getMessage())));
    }
    ProviderHealth health = views.health(stores, target, List.of());
    Reported reported = Reported.in(stores);
    for (Host host : stores.estate().hosts()) {
      long here = items.stream().filter(item -> item.host().equals(host.id())).count();
      if (here > 0) {
        finding(views, host, here, views.onHost(target, host, reported)).ifPresent(found::add);
      }
    }
    if (health.state() == ProviderHealth.State.ERROR && found.isEmpty()) {
      found.add(new Finding(true, "provider_unhealthy", String.join(" ", health.details())));
    }
    return found;
  }

  private static Optional<Finding> finding(
      ProviderViews views, Host host, long objects, ProviderHealth.OnHost on) {
    String rest = " Its " + objects + " objects would fail, and can be moved later.";
    if (!views.responds(host)) {
      return Optional.of(
          new Finding(false, "host_silent", "Host " + host.name() + " does not respond." + rest));
    }
    return switch (on.presence()) {
      case READY -> Optional.empty();
      case NOT_ALLOWED -> Optional.of(new Finding(false, "host_not_allowed", on.detail() + rest));
      case PENDING ->
          Optional.of(
              new Finding(
                  true,
                  "host_lacks_provider",
                  "Host " + host.name() + " does not have it yet. Wait for it, then try again."));
      case ERROR ->
          Optional.of(
              new Finding(
                  true,
                  "host_lacks_provider",
                  "Host " + host.name() + " cannot use it: " + on.detail() + "."));
    };
  }
}
