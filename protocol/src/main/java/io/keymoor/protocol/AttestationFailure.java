package io.keymoor.protocol;

/**
 * The host's TPM could not show what it is, or not answer; for an administrator.
 *
 * @param sentence why
 */
public record AttestationFailure(String sentence) {}
