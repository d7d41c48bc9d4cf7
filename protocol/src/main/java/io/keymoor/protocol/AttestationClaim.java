package io.keymoor.protocol;

import java.util.Optional;

/**
 * What a host shows of the TPM that seals its configuration; answered by an {@link
 * AttestationChallenge}.
 *
 * @param endorsementKey public area of its endorsement key, a TPM2B_PUBLIC
 * @param certificate its maker's certificate for that key, DER; absent where the TPM holds none
 * @param attestationKey public area of a restricted signing key of the same TPM, a TPM2B_PUBLIC
 */
public record AttestationClaim(
    TpmBytes endorsementKey, Optional<TpmBytes> certificate, TpmBytes attestationKey) {}
