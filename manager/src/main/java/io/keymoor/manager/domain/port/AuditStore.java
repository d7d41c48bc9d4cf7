package io.keymoor.manager.domain.port;

import io.keymoor.manager.domain.model.AuditEvent;
import java.util.List;

/** The audit trail; there is no way to change or remove an event. */
public interface AuditStore {
  void append(AuditEvent event);

  /** Appends all of them, in this order. */
  void append(List<AuditEvent> events);

  /** Events after an id, oldest first. */
  List<AuditEvent> after(long id, int limit);

  /** The newest events, oldest of them first. */
  List<AuditEvent> newest(int limit);

  /** The newest events about one object, newest first. */
  List<AuditEvent> of(String objectType, String objectId, int limit);
}
