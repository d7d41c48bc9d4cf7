/** The commands {@code keymoor kms ...}. */
@NullMarked
package io.keymoor.kms.command;

import org.jspecify.annotations.NullMarked;
