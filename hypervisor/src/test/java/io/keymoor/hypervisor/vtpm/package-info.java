/** Tests of the software TPMs' state. */
@NullMarked
package io.keymoor.hypervisor.vtpm;

import org.jspecify.annotations.NullMarked;
