/**
 * The operations: a record for each request, and in it one for its answer.
 *
 * <p>A payload's record lists the fields in the order they have on the wire. An object's identifier
 * left out is {@link io.keymoor.kmip.attribute.ObjectId#PLACEHOLDER}.
 */
@NullMarked
package io.keymoor.kmip.operation;

import org.jspecify.annotations.NullMarked;
