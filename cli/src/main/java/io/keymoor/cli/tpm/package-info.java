/** {@code keymoor tpm}: whose TPMs are trusted. */
@NullMarked
package io.keymoor.cli.tpm;

import org.jspecify.annotations.NullMarked;
