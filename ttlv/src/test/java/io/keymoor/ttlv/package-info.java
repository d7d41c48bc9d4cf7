/** Tests of the encodings. */
@NullMarked
package io.keymoor.ttlv;

import org.jspecify.annotations.NullMarked;
