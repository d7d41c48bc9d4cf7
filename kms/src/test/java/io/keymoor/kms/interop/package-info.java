@NullMarked
package io.keymoor.kms.interop;

import org.jspecify.annotations.NullMarked;
