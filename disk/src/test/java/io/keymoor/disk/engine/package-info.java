@NullMarked
package io.keymoor.disk.engine;

import org.jspecify.annotations.NullMarked;
