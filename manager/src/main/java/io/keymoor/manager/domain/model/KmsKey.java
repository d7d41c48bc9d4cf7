package io.keymoor.manager.domain.model;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A key that was asked of a KMS.
 *
 * @param mark what is written on it, so that it can be found
 * @param provider the provider
 * @param purpose what it was asked for
 * @param asked when
 * @param id its id; absent while nobody knows whether it was made
 */
public record KmsKey(
    UUID mark, UUID provider, KeyPurpose purpose, Instant asked, Optional<KeyId> id) {}
