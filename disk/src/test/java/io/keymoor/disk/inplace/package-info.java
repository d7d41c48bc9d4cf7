@NullMarked
package io.keymoor.disk.inplace;

import org.jspecify.annotations.NullMarked;
