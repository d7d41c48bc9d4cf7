/** Agent and manager are killed at every step, and nothing is lost. */
@NullMarked
package io.keymoor.systemtests.crash;

import org.jspecify.annotations.NullMarked;
