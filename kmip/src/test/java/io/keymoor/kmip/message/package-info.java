/** Tests of whole messages. */
@NullMarked
package io.keymoor.kmip.message;

import org.jspecify.annotations.NullMarked;
