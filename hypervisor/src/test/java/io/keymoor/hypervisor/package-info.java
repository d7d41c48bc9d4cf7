/** Tests of definitions and of libvirt itself. */
@NullMarked
package io.keymoor.hypervisor;

import org.jspecify.annotations.NullMarked;
