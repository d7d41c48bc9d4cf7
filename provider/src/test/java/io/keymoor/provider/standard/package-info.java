@NullMarked
package io.keymoor.provider.standard;

import org.jspecify.annotations.NullMarked;
