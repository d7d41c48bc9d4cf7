package io.keymoor.kms.audit;

/**
 * Takes events that belong to no change: reads, refusals, logins. Implementations are thread-safe.
 */
@FunctionalInterface
public interface AuditSink {
  /** Takes an event; waits when events come faster than they can be kept. */
  void record(AuditEvent event);
}
