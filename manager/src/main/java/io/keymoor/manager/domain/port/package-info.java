/** What the domain needs of the world: stores that share one transaction, and sealing to a host. */
@NullMarked
package io.keymoor.manager.domain.port;

import org.jspecify.annotations.NullMarked;
