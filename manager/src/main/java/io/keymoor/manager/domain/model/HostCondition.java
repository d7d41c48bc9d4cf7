package io.keymoor.manager.domain.model;

import java.util.Optional;
import java.util.UUID;

/**
 * What a host reported last of itself.
 *
 * @param desiredRevision the revision it has applied; 0 for none
 * @param encryptionMode incapable, prepared, safe or error
 * @param encryptionModeDetail why it is not safe; empty when all is well
 * @param hypervisorState "ok" or why libvirt can't be used
 * @param hostKeyProvider provider of its host key
 * @param hostKeyId id of that key
 */
public record HostCondition(
    long desiredRevision,
    String encryptionMode,
    String encryptionModeDetail,
    String hypervisorState,
    Optional<UUID> hostKeyProvider,
    Optional<String> hostKeyId) {}
