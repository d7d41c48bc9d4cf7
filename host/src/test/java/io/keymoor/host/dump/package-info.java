@NullMarked
package io.keymoor.host.dump;

import org.jspecify.annotations.NullMarked;
