/**
 * The agent's side of the host link, {@link io.keymoor.protocol}: it always connects, and works on
 * without end while there is nobody to connect to.
 */
@NullMarked
package io.keymoor.host.link;

import org.jspecify.annotations.NullMarked;
