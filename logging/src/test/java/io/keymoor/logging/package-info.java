@NullMarked
package io.keymoor.logging;

import org.jspecify.annotations.NullMarked;
