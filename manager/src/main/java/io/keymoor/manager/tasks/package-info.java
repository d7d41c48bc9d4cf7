/**
 * What the manager does by itself, on time: tasks that no host took fail, drift between manager and
 * hosts is repaired, forgotten downloads are zeroed. A task itself is a row that its host works on
 * (docs/decisions/0003), so nothing here holds state.
 */
@NullMarked
package io.keymoor.manager.tasks;

import org.jspecify.annotations.NullMarked;
