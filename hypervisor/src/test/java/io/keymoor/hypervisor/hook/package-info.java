/** Tests of the start hook with a real libvirt. */
@NullMarked
package io.keymoor.hypervisor.hook;

import org.jspecify.annotations.NullMarked;
