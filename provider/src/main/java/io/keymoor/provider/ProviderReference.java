package io.keymoor.provider;

import java.util.UUID;

/**
 * What an object remembers of a provider (K5). The id decides; the name is for people and for the
 * day when only a provider of that name exists.
 *
 * @param id the provider's id
 * @param name its name when the object was last written
 * @param type its kind
 */
public record ProviderReference(UUID id, ProviderName name, ProviderType type) {}
