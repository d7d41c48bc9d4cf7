/** Tests of programs and children. */
@NullMarked
package io.keymoor.hypervisor.process;

import org.jspecify.annotations.NullMarked;
