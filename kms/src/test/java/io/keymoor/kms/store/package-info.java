@NullMarked
package io.keymoor.kms.store;

import org.jspecify.annotations.NullMarked;
