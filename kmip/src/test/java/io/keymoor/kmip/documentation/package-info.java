/** Holds docs/kmip.md to what the code does. */
@NullMarked
package io.keymoor.kmip.documentation;

import org.jspecify.annotations.NullMarked;
