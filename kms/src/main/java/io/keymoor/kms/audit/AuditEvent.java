package io.keymoor.kms.audit;

import java.time.Instant;

/**
 * One operation that somebody asked for.
 *
 * @param at when it was answered
 * @param node the node that answered
 * @param client the client's name
 * @param peer the address it came from
 * @param operation the operation's name
 * @param objectId the object, or an empty text where there was none
 * @param result {@code success}, or the reason for the refusal
 */
public record AuditEvent(
    Instant at,
    String node,
    String client,
    String peer,
    String operation,
    String objectId,
    String result) {}
