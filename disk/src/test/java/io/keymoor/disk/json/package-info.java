@NullMarked
package io.keymoor.disk.json;

import org.jspecify.annotations.NullMarked;
