package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostCertificate;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import io.keymoor.provider.catalog.ProviderEntry;
import io.keymoor.provider.catalog.ProviderHealth.OnHost;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Clusters and hosts (H1, N5). Thread-safe. */
public final class Estate {
  private static final int MAX_NAME = 80;
  private static final Pattern AN_ID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  private final Transactions transactions;
  private final Audit audit;
  private final CertificateIssuer issuer;
  private final ProviderViews views;
  private final Bell hostNews;
  private final InstantSource clock;

  public Estate(
      Transactions transactions,
      Audit audit,
      CertificateIssuer issuer,
      ProviderViews views,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.issuer = issuer;
    this.views = views;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /** A cluster, its default provider's name and the names of its hosts. */
  public record ClusterView(Cluster cluster, Optional<ProviderEntry> own, List<String> hosts) {
    public ClusterView {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A host, whether it responds, what it has of every provider, and its registered VMs.
   *
   * @param keepsKeys whether KEKs of standard providers outlive its restarts
   */
  public record HostView(
      Host host,
      String state,
      int vms,
      List<OnHost> providers,
      List<String> providerNames,
      Optional<Instant> certificateEnds,
      boolean keepsKeys) {
    public HostView {
      providers = List.copyOf(providers);
      providerNames = List.copyOf(providerNames);
    }
  }

  public Cluster createCluster(Caller caller, String name) {
    String wanted = validName("cluster", name);
    return audit.attempt(
        caller,
        Subject.named("cluster.create", "cluster", wanted),
        () ->
            transactions.in(stores -> {
              Cluster cluster =
                  new Cluster(UUID.randomUUID(), wanted, clock.instant().toEpochMilli());
              if (!stores.estate().insert(cluster)) {
                throw taken("cluster", wanted);
              }
              ObjectRef ref = new ObjectRef("cluster", cluster.id().toString(), wanted);
              audit.ok(stores, caller, Subject.of("cluster.create").on(ref), "");
              return cluster;
            }));
  }

  public List<ClusterView> clusters() {
    return transactions.in(stores -> {
      List<Host> hosts = stores.estate().hosts();
      var catalog = stores.providers().catalog();
      return stores.estate().clusters().stream()
          .map(cluster ->
              new ClusterView(
                  cluster,
                  Optional.ofNullable(catalog.clusterDefaults().get(cluster.id()))
                      .flatMap(catalog::find),
                  hosts.stream()
                      .filter(host -> host.clusterId().equals(cluster.id()))
                      .map(Host::name)
                      .toList()))
          .toList();
    });
  }

  public List<HostView> hosts() {
    return transactions.in(stores -> {
      Reported reported = Reported.in(stores);
      List<ProviderEntry> providers = stores.providers().catalog().providers();
      Map<UUID, Integer> vms = new HashMap<>();
      stores.vms().standings().forEach(vm -> vms.merge(vm.host(), 1, Integer::sum));
      return stores.estate().hosts().stream()
          .map(host -> view(stores, host, vms.getOrDefault(host.id(), 0), providers, reported))
          .toList();
    });
  }

  public HostView host(String nameOrId) {
    return transactions.in(stores -> {
      Host host = require(stores, nameOrId);
      long vms = stores.vms().on(host.id()).stream().filter(InventoryVm::registered).count();
      return view(
          stores, host, (int) vms, stores.providers().catalog().providers(), Reported.in(stores));
    });
  }

  /** Every domain its libvirt has. */
  public List<InventoryVm> domains(String nameOrId) {
    return transactions.in(stores ->
        stores.vms().on(require(stores, nameOrId).id()).stream()
            .filter(InventoryVm::present)
            .toList());
  }

  /**
   * Repairs drift (P4): a host that has the present revision and yet not every provider it should
   * have is offered everything again.
   *
   * @return what is wrong now, one sentence each
   */
  public List<String> reconcile() {
    List<String> wrong = new ArrayList<>();
    boolean drift =
        transactions.in(stores -> {
          Drift now = Drift.of(stores, views);
          boolean repair = false;
          for (Host host : stores.estate().hosts()) {
            repair |= now.at(host);
            wrong.addAll(now.complaints(stores, host, clock.instant()));
          }
          issuer.complaint(clock.instant()).ifPresent(wrong::add);
          if (repair) {
            stores.estate().newRevisions(clock.instant());
          }
          return repair;
        });
    if (drift) {
      hostNews.ring();
    }
    return wrong;
  }

  private HostView view(
      Stores stores, Host host, int vms, List<ProviderEntry> providers, Reported reported) {
    String state =
        views.responds(host)
            ? "CONNECTED"
            : host.lastSeen().isPresent() ? "NOT_RESPONDING" : "DISCONNECTED";
    return new HostView(
        host,
        state,
        vms,
        providers.stream().map(entry -> views.onHost(entry, host, reported)).toList(),
        providers.stream().map(entry -> entry.name().text()).toList(),
        stores.hostCertificates().of(host.id()).map(HostCertificate::expires),
        stores.estate().keepsKeys(host.id()));
  }

  static Host require(Stores stores, String nameOrId) {
    return stores.estate().host(nameOrId).orElseThrow(() -> Refusal.NotFound.of("host", nameOrId));
  }

  static String validName(String kind, String name) {
    boolean fine =
        !name.isEmpty()
            && name.codePointCount(0, name.length()) <= MAX_NAME
            && name.strip().equals(name)
            && name.codePoints().noneMatch(c -> Character.isISOControl(c) || c == '/');
    if (fine && AN_ID.matcher(name).matches()) {
      throw new Refusal.Invalid(
          kind + "_name_invalid",
          "The name \""
              + name
              + "\" looks like an id, and another "
              + kind
              + " could have that id. Nothing was changed. Choose another name.");
    }
    if (!fine) {
      throw new Refusal.Invalid(
          kind + "_name_invalid",
          "The name of a "
              + kind
              + " has 1 to 80 characters, none of them control characters or '/', and no space at"
              + " either end. Nothing was changed. Choose another name.");
    }
    return name;
  }

  private static Refusal.Conflict taken(String kind, String name) {
    return new Refusal.Conflict(
        kind + "_name_taken",
        "There is a "
            + kind
            + " called \""
            + name
            + "\". Nothing was changed. Choose another name.");
  }
}
