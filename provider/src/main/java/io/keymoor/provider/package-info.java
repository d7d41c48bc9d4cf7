/**
 * Key providers: where key encryption keys come from.
 *
 * <p>{@link io.keymoor.provider.KeyProvider} issues and fetches KEKs. Package {@code record} holds
 * what an object remembers about its keys; package {@code catalog} holds the rules for a manager's
 * set of providers. Nothing here does I/O.
 */
@NullMarked
package io.keymoor.provider;

import org.jspecify.annotations.NullMarked;
