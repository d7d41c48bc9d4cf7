/**
 * A libvirt host of one's own and a small real guest, for tests, the quickstart and demonstrations.
 *
 * <p>{@link io.keymoor.hypervisor.lab.PrivateLibvirt} is a stock libvirtd in mount and UTS
 * namespaces of its own; several live side by side and none touches the system's. {@link
 * io.keymoor.hypervisor.lab.GuestImage} is a distribution's kernel with a busybox around it; {@link
 * io.keymoor.hypervisor.lab.TestGuest} is a VM made of it and {@link
 * io.keymoor.hypervisor.lab.GuestConsole} the way to talk to it. Guests run under KVM where it
 * works, else under QEMU's emulation: the domain type is the only difference.
 */
@NullMarked
package io.keymoor.hypervisor.lab;

import org.jspecify.annotations.NullMarked;
