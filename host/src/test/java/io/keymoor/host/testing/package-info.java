@NullMarked
package io.keymoor.host.testing;

import org.jspecify.annotations.NullMarked;
