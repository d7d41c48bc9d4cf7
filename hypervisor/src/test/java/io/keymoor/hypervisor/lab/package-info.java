/** Tests of the private host and the guest. */
@NullMarked
package io.keymoor.hypervisor.lab;

import org.jspecify.annotations.NullMarked;
