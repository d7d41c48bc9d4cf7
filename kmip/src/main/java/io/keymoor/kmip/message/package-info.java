/**
 * Whole messages: headers, batches of items, and the one place where they become bytes and bytes
 * become them, {@link io.keymoor.kmip.message.Messages}.
 */
@NullMarked
package io.keymoor.kmip.message;

import org.jspecify.annotations.NullMarked;
