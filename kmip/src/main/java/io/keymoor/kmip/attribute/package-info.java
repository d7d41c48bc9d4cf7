/**
 * Attributes: one table of what they are and who may do what to them, and the two ways they stand
 * in messages, by name (KMIP 1.x) and by tag (KMIP 2.x).
 */
@NullMarked
package io.keymoor.kmip.attribute;

import org.jspecify.annotations.NullMarked;
