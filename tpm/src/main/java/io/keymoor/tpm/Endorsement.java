package io.keymoor.tpm;

import java.util.Optional;

/**
 * What a TPM shows of itself, and what it needs to answer a challenge for that. No secret: the
 * contexts are encrypted by the TPM, and good until its next reset.
 *
 * @param key public area of its endorsement key, a TPM2B_PUBLIC
 * @param certificate what its maker says of that key, DER; absent where the TPM holds none
 * @param attestationKey public area of a key that was made for this, a TPM2B_PUBLIC
 * @param keyContext the endorsement key, for the TPM
 * @param attestationContext the other key, for the TPM
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
public record Endorsement(
    byte[] key,
    Optional<byte[]> certificate,
    byte[] attestationKey,
    byte[] keyContext,
    byte[] attestationContext) {}
