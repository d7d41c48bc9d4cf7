package io.keymoor.protocol;

/**
 * The host's next certificate. The manager accepts the present one as well until this one was used
 * once; from then on only this one.
 *
 * @param certificatePem the certificate, PEM
 */
public record RenewalGrant(String certificatePem) {}
