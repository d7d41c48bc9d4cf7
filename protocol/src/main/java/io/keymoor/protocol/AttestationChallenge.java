package io.keymoor.protocol;

/**
 * What only that TPM, while it holds that attestation key, can open; answered by an {@link
 * AttestationAnswer} within five minutes.
 *
 * @param credential a TPM2B_ID_OBJECT
 * @param seed a TPM2B_ENCRYPTED_SECRET
 */
public record AttestationChallenge(TpmBytes credential, TpmBytes seed) {}
