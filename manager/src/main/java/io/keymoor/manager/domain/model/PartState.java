package io.keymoor.manager.domain.model;

import java.util.Optional;
import java.util.UUID;

/**
 * One part of a VM as its host reported it.
 *
 * @param part "home" or "disk:" and the target device
 * @param encrypted whether it is encrypted
 * @param provider provider of its key
 * @param providerName that provider's name as recorded
 * @param keyId id of its key
 * @param image file of a disk
 * @param format raw or qcow2
 * @param sizeBytes virtual size; 0 when unknown
 * @param note what a person should know; may be empty
 */
public record PartState(
    String part,
    boolean encrypted,
    Optional<UUID> provider,
    Optional<String> providerName,
    Optional<String> keyId,
    Optional<String> image,
    Optional<String> format,
    long sizeBytes,
    String note) {}
