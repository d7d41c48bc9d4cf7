package io.keymoor.protocol;

import java.time.Instant;
import java.util.UUID;

/**
 * The manager's answer to {@link HostHello}.
 *
 * @param protocolVersion the version both sides use from now on
 * @param managerId the answering manager's id
 * @param clusterId the cluster that the host belongs to
 * @param clock the manager's time
 * @param reportIntervalSeconds how often the host reports when nothing changed
 */
public record HelloReply(
    int protocolVersion,
    UUID managerId,
    UUID clusterId,
    Instant clock,
    int reportIntervalSeconds) {}
