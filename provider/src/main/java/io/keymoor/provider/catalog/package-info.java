/**
 * The rules for a manager's set of key providers (P1–P7, N1–N3, N7), without any I/O: the manager
 * applies them inside its transactions.
 *
 * <p>{@link io.keymoor.provider.catalog.ProviderCatalog} is an immutable value; every change gives
 * a new one or throws a {@link io.keymoor.provider.ProviderException} and changes nothing.
 */
@NullMarked
package io.keymoor.provider.catalog;

import org.jspecify.annotations.NullMarked;
