@NullMarked
package io.keymoor.manager.link;

import org.jspecify.annotations.NullMarked;
