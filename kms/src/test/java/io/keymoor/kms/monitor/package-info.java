@NullMarked
package io.keymoor.kms.monitor;

import org.jspecify.annotations.NullMarked;
