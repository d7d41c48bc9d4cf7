/** What goes wrong, and what a user reads then. */
@NullMarked
package io.keymoor.systemtests.faults;

import org.jspecify.annotations.NullMarked;
