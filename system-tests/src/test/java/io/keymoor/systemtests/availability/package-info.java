/** What works while parts of an estate are away, as a table that is tried and printed. */
@NullMarked
package io.keymoor.systemtests.availability;

import org.jspecify.annotations.NullMarked;
