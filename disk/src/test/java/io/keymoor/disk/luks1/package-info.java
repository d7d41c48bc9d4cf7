@NullMarked
package io.keymoor.disk.luks1;

import org.jspecify.annotations.NullMarked;
