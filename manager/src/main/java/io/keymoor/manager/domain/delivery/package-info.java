/**
 * KEKs of standard providers on their way from the KMS to the hosts that need them (H3, S6): what a
 * cluster needs, what each of its hosts has, and what could not be fetched and why.
 *
 * <p>Keys are in the manager's memory only while a host waits for them, and never in its database.
 */
@NullMarked
package io.keymoor.manager.domain.delivery;

import org.jspecify.annotations.NullMarked;
