/**
 * Operations that take several steps and must survive being killed between any two of them.
 *
 * <p>{@link io.keymoor.host.operation.Journal} keeps what was begun and not ended; {@link
 * io.keymoor.host.operation.Operation} is an entry: enough to tell on which side of the commit
 * point the operation stopped, and to roll it back or finish it. {@link
 * io.keymoor.host.operation.CrashPoint} names every step, so that tests can kill the agent there.
 */
@NullMarked
package io.keymoor.host.operation;

import org.jspecify.annotations.NullMarked;
