package io.keymoor.protocol;

/**
 * What the manager thinks of a TPM that was proved.
 *
 * @param trusted whether the host gets the keys of providers that require a TPM
 * @param sentence why not, and what to do; otherwise empty
 */
public record AttestationVerdict(boolean trusted, String sentence) {}
