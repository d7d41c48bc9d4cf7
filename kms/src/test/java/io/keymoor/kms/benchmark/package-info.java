@NullMarked
package io.keymoor.kms.benchmark;

import org.jspecify.annotations.NullMarked;
