/**
 * Dumps of guests' memory and support bundles, which leave this host encrypted only (H6): whoever
 * writes them has the public half of the host's dump key; the private half opens with the host key
 * (R16).
 */
@NullMarked
package io.keymoor.host.dump;

import org.jspecify.annotations.NullMarked;
