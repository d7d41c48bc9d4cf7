/**
 * A KMIP key management server for sites without one.
 *
 * <p>The way of one request: {@code session} cuts a message from a TLS connection, {@code
 * operation} runs its batch against objects that {@code object} opens and seals, {@code policy} and
 * {@code lifecycle} allow or refuse each step, and {@code store} makes all of it durable, with its
 * {@code audit}, before the answer leaves.
 */
@NullMarked
package io.keymoor.kms;

import org.jspecify.annotations.NullMarked;
