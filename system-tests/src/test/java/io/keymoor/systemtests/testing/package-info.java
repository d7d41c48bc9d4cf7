/**
 * What the tests of this module share: a {@link io.keymoor.systemtests.testing.Lab} of real parts.
 */
@NullMarked
package io.keymoor.systemtests.testing;

import org.jspecify.annotations.NullMarked;
