/** Tests of sealing with a TPM, on swtpm. */
@NullMarked
package io.keymoor.tpm;

import org.jspecify.annotations.NullMarked;
