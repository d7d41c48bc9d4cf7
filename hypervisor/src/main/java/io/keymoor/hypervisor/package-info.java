/**
 * libvirt, QEMU and swtpm: everything native and every child process of the product.
 *
 * <p>{@link io.keymoor.hypervisor.Hypervisor} is one libvirt host; {@link
 * io.keymoor.hypervisor.DomainDefinition} is a domain's XML with the few changes that the product
 * makes to it; package {@code hook} lets libvirt ask the agent before a domain starts; package
 * {@code process} starts programs; package {@code lab} makes a private libvirt host and a small
 * real guest for tests and the quickstart.
 */
@NullMarked
package io.keymoor.hypervisor;

import org.jspecify.annotations.NullMarked;
