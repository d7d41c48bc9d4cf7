package io.keymoor.protocol;

/**
 * Asks, over a connection with the present certificate, for the host's next one.
 *
 * @param csrPem PKCS#10 request for it, PEM; its key may be a new one
 */
public record RenewalRequest(String csrPem) {}
