package io.keymoor.protocol;

/**
 * The host's TPM opened the challenge; answered by an {@link AttestationVerdict}.
 *
 * @param secret what was in it, of no further use
 */
public record AttestationAnswer(TpmBytes secret) {}
