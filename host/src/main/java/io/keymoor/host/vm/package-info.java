/**
 * What is done with the VMs of this host: encrypt, decrypt, rekey, vTPM, start, stop, unlock.
 *
 * <p>{@link io.keymoor.host.vm.VmCommands} executes the manager's commands, {@link
 * io.keymoor.host.vm.HostVms} reports VMs and recovers what was cut short, {@link
 * io.keymoor.host.vm.SecretsForStart} gives libvirt the secrets that a starting VM needs. All stand
 * on one {@link io.keymoor.host.vm.VmTools}.
 *
 * <p>The rule behind every change (docs/decisions/0001): write the journal, make new files beside
 * the old ones, commit with one definition of the domain, and only then destroy what is old. At any
 * moment the registered definition, the images it names and the key record in its metadata belong
 * together.
 */
@NullMarked
package io.keymoor.host.vm;

import org.jspecify.annotations.NullMarked;
