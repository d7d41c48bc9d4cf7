package io.keymoor.manager.domain.model;

import java.util.UUID;

/**
 * A provider as a host reported it.
 *
 * @param host the host
 * @param provider the provider
 * @param keyCheck check value of the key it holds; empty when none
 * @param state ready, refused or error
 * @param detail why, for the last two
 */
public record ProviderOnHost(
    UUID host, UUID provider, String keyCheck, String state, String detail) {}
