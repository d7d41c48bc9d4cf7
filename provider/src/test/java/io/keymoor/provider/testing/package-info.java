/** Real key servers for tests. */
@NullMarked
package io.keymoor.provider.testing;

import org.jspecify.annotations.NullMarked;
