/**
 * Whether a host that says so has a TPM (N3): challenges that only a TPM answers, and who vouches
 * for it, a maker's authority or an administrator.
 */
@NullMarked
package io.keymoor.manager.domain.attestation;

import org.jspecify.annotations.NullMarked;
