@NullMarked
package io.keymoor.kms.conformance;

import org.jspecify.annotations.NullMarked;
