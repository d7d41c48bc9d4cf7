@NullMarked
package io.keymoor.manager.store;

import org.jspecify.annotations.NullMarked;
