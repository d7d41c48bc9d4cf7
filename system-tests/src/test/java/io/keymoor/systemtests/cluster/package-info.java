/** Several hosts of one cluster: migration, loss of hosts, and what works while things are away. */
@NullMarked
package io.keymoor.systemtests.cluster;

import org.jspecify.annotations.NullMarked;
