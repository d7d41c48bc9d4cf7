/**
 * {@code ./keymoor quickstart}: the whole product on one machine, on real parts, step by step.
 *
 * <p>{@link io.keymoor.quickstart.Story} runs the steps of package {@code step} in order and prints
 * each with its proof and its time; package {@code scene} holds what they share.
 */
@NullMarked
package io.keymoor.quickstart;

import org.jspecify.annotations.NullMarked;
