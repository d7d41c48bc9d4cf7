/**
 * The manager's end of the host link, {@code /host-link/v1}: translates between the messages of
 * {@code io.keymoor.protocol} and the domain. Only a host's certificate opens it.
 */
@NullMarked
package io.keymoor.manager.link;

import org.jspecify.annotations.NullMarked;
