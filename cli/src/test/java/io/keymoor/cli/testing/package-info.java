/** A manager that only plays one, and what it needs. */
@NullMarked
package io.keymoor.cli.testing;

import org.jspecify.annotations.NullMarked;
