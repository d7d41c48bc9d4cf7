@NullMarked
package io.keymoor.disk.luks;

import org.jspecify.annotations.NullMarked;
