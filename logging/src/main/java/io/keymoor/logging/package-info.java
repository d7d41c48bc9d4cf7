/** Messages of a service on its standard error, for the journal or a file. */
@NullMarked
package io.keymoor.logging;

import org.jspecify.annotations.NullMarked;
