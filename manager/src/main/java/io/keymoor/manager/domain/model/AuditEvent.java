package io.keymoor.manager.domain.model;

import java.time.Instant;
import java.util.Optional;

/**
 * Who did what (A3).
 *
 * @param id grows; 0 before it is stored
 * @param at when
 * @param actor the caller's certificate name
 * @param from the address the request came from
 * @param action such as "vm.encrypt"
 * @param object what it was done to
 * @param provider name of the provider involved
 * @param keyId id of the key involved
 * @param result "ok", "started", "refused", "failed" or "cancelled"
 * @param detail for people; never holds key bytes
 */
public record AuditEvent(
    long id,
    Instant at,
    String actor,
    String from,
    String action,
    Optional<ObjectRef> object,
    Optional<String> provider,
    Optional<String> keyId,
    String result,
    String detail) {}
