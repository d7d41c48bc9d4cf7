package io.keymoor.kms.store;

import io.keymoor.kms.audit.AuditEvent;
import java.util.List;

/**
 * What one request changes: all of it becomes durable, or nothing.
 *
 * @param changes at most one per object
 * @param audit the events to record with them
 */
public record WriteUnit(List<Change> changes, List<AuditEvent> audit) {
  public WriteUnit {
    changes = List.copyOf(changes);
    audit = List.copyOf(audit);
  }
}
