package io.keymoor.protocol;

/**
 * What a new host shows to be enrolled; holds public keys only.
 *
 * @param name the host's name
 * @param csrPem PKCS#10 request for its TLS certificate, PEM
 * @param sealingPublicKey its X25519 public key, 32 bytes, base64
 */
public record EnrolmentRequest(String name, String csrPem, String sealingPublicKey) {}
