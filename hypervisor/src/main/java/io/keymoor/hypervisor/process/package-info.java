/**
 * Starting programs: never through a shell, never with a secret among the arguments, in a small
 * known environment, with an end in sight. {@link io.keymoor.hypervisor.process.Program} runs to
 * its end; {@link io.keymoor.hypervisor.process.ChildProcess} stays.
 */
@NullMarked
package io.keymoor.hypervisor.process;

import org.jspecify.annotations.NullMarked;
