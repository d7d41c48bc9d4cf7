@NullMarked
package io.keymoor.manager.app;

import org.jspecify.annotations.NullMarked;
