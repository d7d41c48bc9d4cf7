package io.keymoor.provider.standard;

import io.keymoor.provider.KeyId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A key as it stands in a KMS, whoever asked for it.
 *
 * @param id its id
 * @param state its state there, as KMIP calls it; absent where the KMS does not say
 * @param mark the mark of the request that made it; absent where the KMS took none
 * @param name of what it was made for; absent where the KMS took none
 * @param made when; absent where the KMS does not say
 * @param tagged whether it says itself that it is this provider's
 */
public record StandingKey(
    KeyId id,
    Optional<String> state,
    Optional<UUID> mark,
    Optional<String> name,
    Optional<Instant> made,
    boolean tagged) {}
