package io.keymoor.provider.record;

import io.keymoor.crypto.KeyCheckValue;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderReference;

/**
 * A KEK as an object names it.
 *
 * @param provider its provider
 * @param id its id there
 * @param check its check value
 */
public record KeyReference(ProviderReference provider, KeyId id, KeyCheckValue check) {}
