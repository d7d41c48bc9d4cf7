/** The quickstart, as a user runs it. */
@NullMarked
package io.keymoor.systemtests.quickstart;

import org.jspecify.annotations.NullMarked;
