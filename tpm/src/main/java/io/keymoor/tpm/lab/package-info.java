/** A TPM of one's own, in software, to try and to test with; it protects nothing. */
@NullMarked
package io.keymoor.tpm.lab;

import org.jspecify.annotations.NullMarked;
