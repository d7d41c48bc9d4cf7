/**
 * What convinces somebody elsewhere that a TPM 2.0 is there: its endorsement key, the certificate
 * its maker gave that, and a challenge that only the TPM with this key and that attestation key can
 * answer. No TPM and no program is needed for it; the other side is {@link io.keymoor.tpm.Tpm}.
 *
 * <pre>{@code
 * EndorsementKey endorsement = EndorsementKey.parse(shown);
 * AttestationKey attestation = AttestationKey.parse(alsoShown);
 * Challenge challenge = Challenge.of(endorsement, attestation, secret, random);
 * }</pre>
 *
 * <p>Sources: TPM 2.0 Library, part 1 (section 24, annexes B and C) and part 2; TCG EK Credential
 * Profile for TPM Family 2.0.
 */
@NullMarked
package io.keymoor.tpm.credential;

import org.jspecify.annotations.NullMarked;
