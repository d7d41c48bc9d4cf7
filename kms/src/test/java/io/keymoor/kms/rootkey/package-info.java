@NullMarked
package io.keymoor.kms.rootkey;

import org.jspecify.annotations.NullMarked;
