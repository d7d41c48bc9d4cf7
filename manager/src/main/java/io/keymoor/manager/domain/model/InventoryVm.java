package io.keymoor.manager.domain.model;

/**
 * A domain and where it stands in the inventory.
 *
 * @param vm the domain
 * @param hostName its host's name
 * @param registered whether an administrator took it into the inventory
 * @param present whether its host listed it in its last report
 * @param template whether other VMs are made of it, so that it does not start
 */
public record InventoryVm(
    Vm vm, String hostName, boolean registered, boolean present, boolean template) {}
