/** Where key bytes must not be. */
@NullMarked
package io.keymoor.systemtests.keys;

import org.jspecify.annotations.NullMarked;
