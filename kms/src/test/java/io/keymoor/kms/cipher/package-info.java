@NullMarked
package io.keymoor.kms.cipher;

import org.jspecify.annotations.NullMarked;
