package io.keymoor.manager.domain.overview;

import io.keymoor.manager.domain.model.ObjectRef;

/**
 * Something that an administrator should see to (A4).
 *
 * @param severity how bad it is
 * @param code stable
 * @param object what it is about
 * @param sentence what is wrong, and what to do
 */
public record Alarm(Severity severity, String code, ObjectRef object, String sentence) {
  /** How bad it is. */
  public enum Severity {
    ERROR,
    WARNING
  }
}
