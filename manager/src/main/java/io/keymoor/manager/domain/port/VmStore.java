package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.InventoryVm;
import io.keymoor.manager.domain.model.NeededKey;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmStanding;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Domains that hosts reported, and which of them are in the inventory. */
public interface VmStore {
  /** Every domain that is present or registered. */
  List<InventoryVm> all();

  /** The domains of one host. */
  List<InventoryVm> on(UUID host);

  /** Present domains of which their hosts say that something should be seen to, by name. */
  List<InventoryVm> concerned();

  /** Present domains that several hosts of one cluster report running, by name. */
  List<InventoryVm> runningTwice();

  /** Domains whose key records name this provider for what is encrypted now, by name. */
  List<InventoryVm> using(UUID provider);

  /** How many {@link #using} finds, without reading them. */
  int countUsing(UUID provider);

  /** Registered VMs with this name or id; more than one when a name is not unique. */
  List<InventoryVm> registered(String nameOrId);

  /** Keeps other transactions from planning work for this VM until this one ends. */
  void lock(UUID vm);

  /** The KEKs of standard providers that VMs on the hosts of a cluster name. */
  Set<NeededKey> neededKeys(UUID cluster);

  /** Equal as long as a host and its VMs need the same keys of standard providers. */
  String needsOf(UUID host);

  /** Providers under which anything of a VM on the hosts of a cluster is encrypted. */
  Set<UUID> providersIn(UUID cluster);

  /** Stores what a host knows of one VM. */
  void save(Vm vm);

  /** Stores what hosts know of these VMs, the last word about each counts. */
  void save(List<Vm> vms);

  /** How the registered VMs stand, by name. */
  List<VmStanding> standings();

  /** How those of these VMs stand that are registered. */
  List<VmStanding> standings(Collection<UUID> vms);

  /** Marks those domains of a host absent that are not among {@code present}. */
  void keepOnly(UUID host, List<UUID> present);

  /** False when this id is registered already. */
  boolean register(UUID host, UUID vm, Instant now);

  /** Registers these domains of a host, except ids that are registered already. */
  void register(UUID host, Collection<UUID> vms, Instant now);

  /** Whether a registered VM is a template. */
  void template(UUID vm, boolean template);

  void unregister(UUID vm);

  /** A registered VM went from one host to another, and its registration with it. */
  void moved(UUID vm, UUID from, UUID to);

  /**
   * Registrations follow VMs that this host has now: those that run here, and those that their
   * former host of the same cluster no longer has.
   *
   * @return how many
   */
  int follow(UUID host);
}
