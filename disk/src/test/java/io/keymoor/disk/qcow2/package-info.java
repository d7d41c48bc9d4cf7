@NullMarked
package io.keymoor.disk.qcow2;

import org.jspecify.annotations.NullMarked;
