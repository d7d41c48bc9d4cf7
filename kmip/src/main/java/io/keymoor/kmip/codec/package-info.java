/**
 * How KMIP's structures become records and records become structures.
 *
 * <p>A structure is declared once, as a {@link io.keymoor.kmip.codec.Layout}: a function that lists
 * its fields in the order of the wire and makes the record of them. The same function reads and
 * writes, in every encoding and every version; {@code since} and {@code until} say which fields a
 * version has. No reflection.
 */
@NullMarked
package io.keymoor.kmip.codec;

import org.jspecify.annotations.NullMarked;
