/** A manager, an administrator's client and a host that speaks the real link, for tests. */
@NullMarked
package io.keymoor.manager.testing;

import org.jspecify.annotations.NullMarked;
