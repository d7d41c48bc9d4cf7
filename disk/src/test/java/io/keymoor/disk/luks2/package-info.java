@NullMarked
package io.keymoor.disk.luks2;

import org.jspecify.annotations.NullMarked;
