package io.keymoor.host.config;

import java.util.UUID;

/**
 * The host key (H2), wrapped by a KEK of a provider.
 *
 * @param provider the provider's id
 * @param providerName its name when the host key was made
 * @param providerType its type
 * @param keyId id of the KEK
 * @param keyCheck the KEK's check value
 * @param wrapped the host key under the KEK (AES-256 key wrap, RFC 3394), base64
 */
public record StoredHostKey(
    UUID provider,
    String providerName,
    String providerType,
    String keyId,
    String keyCheck,
    String wrapped) {}
