/** The state files of software TPMs (swtpm), without a VM. */
@NullMarked
package io.keymoor.hypervisor.vtpm;

import org.jspecify.annotations.NullMarked;
