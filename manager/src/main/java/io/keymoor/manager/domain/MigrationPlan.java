package io.keymoor.manager.domain;

import io.keymoor.manager.domain.model.Host;
import io.keymoor.manager.domain.model.HostFacts;
import io.keymoor.manager.domain.model.Refusal;
import io.keymoor.manager.domain.model.Vm;
import io.keymoor.manager.domain.model.VmWork;
import io.keymoor.manager.domain.port.Stores;

/** What the manager can check of a live migration before a host is asked for it. */
final class MigrationPlan {
  private MigrationPlan() {}

  /**
   * The move of a VM from its host to another one.
   *
   * @throws Refusal when it can't be
   */
  static VmWork plan(Stores stores, Vm vm, Host from, String toName) {
    Host to = Estate.require(stores, toName);
    if (to.id().equals(from.id())) {
      throw new Refusal.Conflict(
          "vm_on_host",
          "VM \""
              + vm.name()
              + "\" is on host \""
              + to.name()
              + "\" already. Nothing was changed.");
    }
    if (!to.clusterId().equals(from.clusterId())) {
      throw new Refusal.Conflict(
          "host_in_other_cluster",
          "Host \""
              + to.name()
              + "\" is in cluster \""
              + to.clusterName()
              + "\" and VM \""
              + vm.name()
              + "\" in \""
              + from.clusterName()
              + "\", whose keys only its own hosts have. Nothing was changed.");
    }
    if (vm.encryption().equals("none")) {
      throw new Refusal.Conflict(
          "vm_not_encrypted",
          "Nothing of VM \""
              + vm.name()
              + "\" is encrypted, so it needs no keys to migrate. Nothing was changed. Use: virsh"
              + " migrate --live --tls");
    }
    // Whether it is paused, for the moment of a migration perhaps, its host knows better.
    if (vm.power().equals("off")) {
      throw new Refusal.Conflict(
          "vm_not_running",
          "VM \""
              + vm.name()
              + "\" does not run, and only running VMs are migrated. Nothing was changed. On host \""
              + to.name()
              + "\" it is had with: keymoor host adopt HOME");
    }
    HostFacts.Reach reach =
        to.facts()
            .reach()
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "host_not_reachable",
                    "Host \""
                        + to.name()
                        + "\" has not said how other hosts reach it, so VM \""
                        + vm.name()
                        + "\" was left where it is. Start that host's agent with --migration-uri and"
                        + " --migration-address."));
    if (from.facts().reach().isEmpty()) {
      throw new Refusal.Conflict(
          "host_not_reachable",
          "The agent of host \""
              + from.name()
              + "\" runs without --migration-uri and --migration-address, so VM \""
              + vm.name()
              + "\" was left where it is.");
    }
    return new VmWork.Migrate(to.id(), to.name(), reach);
  }
}
