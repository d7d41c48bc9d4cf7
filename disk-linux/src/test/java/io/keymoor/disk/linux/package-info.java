@NullMarked
package io.keymoor.disk.linux;

import org.jspecify.annotations.NullMarked;
