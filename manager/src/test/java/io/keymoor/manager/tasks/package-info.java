@NullMarked
package io.keymoor.manager.tasks;

import org.jspecify.annotations.NullMarked;
