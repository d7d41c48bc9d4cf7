/** What the tests of several packages share. */
@NullMarked
package io.keymoor.disk;

import org.jspecify.annotations.NullMarked;
