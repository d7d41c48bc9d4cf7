/** Tests of managed objects. */
@NullMarked
package io.keymoor.kmip.object;

import org.jspecify.annotations.NullMarked;
