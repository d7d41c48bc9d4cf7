package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Caller;
import io.keymoor.manager.domain.model.Cluster;
import io.keymoor.manager.domain.model.DeletionImpact;
import io.keymoor.manager.domain.model.FormerCertificate;
import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.ObjectRef;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Task;
import io.keymoor.manager.domain.port.Stores;
import io.keymoor.manager.domain.port.Transactions;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Moving and removing hosts (H1, H7). Thread-safe. */
public final class HostAdministration {
  private final Transactions transactions;
  private final Audit audit;
  private final HostIdentities identities;
  private final Bell hostNews;
  private final InstantSource clock;

  public HostAdministration(
      Transactions transactions,
      Audit audit,
      HostIdentities identities,
      Bell hostNews,
      InstantSource clock) {
    this.transactions = transactions;
    this.audit = audit;
    this.identities = identities;
    this.hostNews = hostNews;
    this.clock = clock;
  }

  /** Moves a host to another cluster of this manager; its VMs go with it and run on. */
  public void move(Caller caller, String nameOrId, String clusterName) {
    audit.attempt(
        caller,
        Subject.named("host.move", "host", nameOrId),
        () -> {
          transactions.in(stores -> {
            move(stores, caller, locked(stores, nameOrId), clusterName);
            return true;
          });
          hostNews.ring();
        });
  }

  private void move(Stores stores, Caller caller, Host host, String clusterName) {
    Cluster cluster =
        stores
            .estate()
            .cluster(clusterName)
            .orElseThrow(() -> Refusal.NotFound.of("cluster", clusterName));
    if (cluster.id().equals(host.clusterId())) {
      throw new Refusal.Conflict(
          "host_already_in_cluster",
          "The host \""
              + host.name()
              + "\" is in the cluster \""
              + cluster.name()
              + "\" already. Nothing was changed.");
    }
    requireIdle(stores, host, "moved");
    stores.estate().move(host.id(), cluster.id());
    // Whatever its new cluster's hosts must hold, it fetches now.
    stores.estate().newRevisions(clock.instant());
    audit.ok(
        stores,
        caller,
        Subject.of("host.move").on(host.ref()),
        "from cluster " + host.clusterName() + " to " + cluster.name());
  }

  /**
   * Lets a host keep KEKs of standard providers over its restarts, or has it erase them (H5). Only
   * one whose TPM seals its configuration may.
   */
  public void keepKeys(Caller caller, String nameOrId, boolean keep) {
    audit.attempt(
        caller,
        Subject.named("host.keep_keys", "host", nameOrId),
        () -> {
          transactions.in(stores -> {
            Host host = locked(stores, nameOrId);
            if (keep && !host.facts().tpm()) {
              throw new Refusal.Conflict(
                  "host_tpm_required",
                  "The configuration of host \""
                      + host.name()
                      + "\" is not sealed by a TPM 2.0: whoever takes its disk would have the keys."
                      + " Nothing was changed. If the host has a TPM, stop its agent, run keymoor"
                      + " host seal there, and start it again.");
            }
            stores.estate().keepKeys(host.id(), keep);
            stores.estate().newRevisions(clock.instant());
            audit.ok(
                stores,
                caller,
                Subject.of("host.keep_keys").on(host.ref()),
                keep ? "keys outlive its restarts" : "keys are erased");
            return true;
          });
          hostNews.ring();
        });
  }

  /**
   * Removes a host once {@code confirm} repeats its name. Its certificates are revoked; its VMs
   * leave the inventory and run on, and it keeps its encrypted configuration.
   */
  public void remove(Caller caller, String nameOrId, Optional<String> confirm) {
    audit.attempt(
        caller,
        Subject.named("host.remove", "host", nameOrId),
        () -> {
          transactions.in(stores -> {
            remove(stores, caller, locked(stores, nameOrId), confirm);
            return true;
          });
          hostNews.ring();
        });
  }

  private void remove(Stores stores, Caller caller, Host host, Optional<String> confirm) {
    List<ObjectRef> vms =
        stores.vms().on(host.id()).stream()
            .filter(InventoryVm::registered)
            .map(known -> known.vm().ref())
            .toList();
    requireIdle(stores, host, "removed");
    if (confirm.isEmpty()) {
      throw new Refusal.ConfirmationRequired(
          "Removing the host \""
              + host.name()
              + "\" takes its VMs out of the inventory and revokes its certificate. The VMs run on,"
              + " and the host keeps its encrypted configuration, so that they start there, until it"
              + " is enrolled at another manager. Nothing was removed. Confirm with its name.",
          new DeletionImpact(vms, List.of(), List.of()));
    }
    if (!confirm.get().strip().equalsIgnoreCase(host.name())) {
      throw new Refusal.Conflict(
          "confirmation_wrong",
          "The confirmation \""
              + confirm.get()
              + "\" is not the name of the host. Nothing was removed. Its name is \""
              + host.name()
              + "\".");
    }
    identities.retire(stores, host, FormerCertificate.Reason.REMOVED, "");
    stores.estate().remove(host.id());
    audit.ok(
        stores,
        caller,
        Subject.of("host.remove").on(host.ref()),
        vms.size() + " VMs left the inventory");
  }

  private static Host locked(Stores stores, String nameOrId) {
    Host host = Estate.require(stores, nameOrId);
    return stores.estate().lock(host.id()).orElseThrow(() -> Refusal.NotFound.of("host", nameOrId));
  }

  private static void requireIdle(Stores stores, Host host, String participle) {
    List<Task> open = stores.tasks().openOn(host.id());
    if (!open.isEmpty()) {
      throw new Refusal.Conflict(
          "host_busy",
          "The host \""
              + host.name()
              + "\" has tasks that have not ended, the first one "
              + open.getFirst().id()
              + ". It was not "
              + participle
              + ". Wait for them or cancel them: keymoor task list");
    }
  }
}
