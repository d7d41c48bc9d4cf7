/** Alarms and theft reports. */
@NullMarked
package io.keymoor.manager.overview;

import org.jspecify.annotations.NullMarked;
