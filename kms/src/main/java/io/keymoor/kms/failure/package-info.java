/** Why an item of a request failed, in KMIP's words. */
@NullMarked
package io.keymoor.kms.failure;

import org.jspecify.annotations.NullMarked;
