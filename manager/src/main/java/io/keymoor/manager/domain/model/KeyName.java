package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import java.util.UUID;

/**
 * A KEK of a standard provider of this manager.
 *
 * @param provider the provider
 * @param id its id in the KMS
 */
public record KeyName(UUID provider, KeyId id) {}
