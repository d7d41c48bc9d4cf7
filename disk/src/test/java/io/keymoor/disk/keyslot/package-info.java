@NullMarked
package io.keymoor.disk.keyslot;

import org.jspecify.annotations.NullMarked;
