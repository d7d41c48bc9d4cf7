/** Tests of how keys come to the hosts. */
@NullMarked
package io.keymoor.manager.domain.delivery;

import org.jspecify.annotations.NullMarked;
