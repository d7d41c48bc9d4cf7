@NullMarked
package io.keymoor.disk.xts;

import org.jspecify.annotations.NullMarked;
