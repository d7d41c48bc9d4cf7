package io.keymoor.host.operation;

import java.util.Optional;

/**
 * Every step of every operation, each a point at which tests kill the agent. Reached means: what
 * the name says is done and durable, and nothing of the next step is. All before {@code
 * …_COMMITTED} are rolled back by recovery, {@code …_COMMITTED} and later ones are finished. {@code
 * …_ROLLING_BACK} is reached in a roll-back, when its files are removed and its entry in the
 * journal is not.
 */
public enum CrashPoint {
  ENCRYPT_JOURNAL_WRITTEN,
  ENCRYPT_RECORD_PENDING,
  ENCRYPT_COPYING,
  ENCRYPT_DISK_COPIED,
  ENCRYPT_HOME_MADE,
  ENCRYPT_COMMITTED,
  ENCRYPT_RECORD_COPIED,
  ENCRYPT_OLD_SHREDDING,
  ENCRYPT_OLD_REMOVED,
  ENCRYPT_FINISHED,
  ENCRYPT_ROLLING_BACK,
  DECRYPT_JOURNAL_WRITTEN,
  DECRYPT_COPYING,
  DECRYPT_DISK_COPIED,
  DECRYPT_COMMITTED,
  DECRYPT_RECORD_COPIED,
  DECRYPT_OLD_SHREDDING,
  DECRYPT_OLD_REMOVED,
  DECRYPT_HOME_REMOVED,
  DECRYPT_FINISHED,
  DECRYPT_ROLLING_BACK,
  REKEY_JOURNAL_WRITTEN,
  REKEY_SIDECAR_WRITTEN,
  REKEY_HOME_WRITTEN,
  REKEY_COMMITTED,
  REKEY_RECORD_COPIED,
  REKEY_FINISHED,
  REKEY_ROLLING_BACK,
  ADD_VTPM_JOURNAL_WRITTEN,
  ADD_VTPM_HOME_MADE,
  ADD_VTPM_COMMITTED,
  ADD_VTPM_RECORD_COPIED,
  ADD_VTPM_FINISHED,
  ADD_VTPM_ROLLING_BACK,
  REMOVE_VTPM_JOURNAL_WRITTEN,
  REMOVE_VTPM_COMMITTED,
  REMOVE_VTPM_RECORD_COPIED,
  REMOVE_VTPM_STATE_REMOVED,
  REMOVE_VTPM_HOME_REMOVED,
  REMOVE_VTPM_FINISHED,
  REMOVE_VTPM_ROLLING_BACK;

  /** The point of an operation of this kind at this step, where the kind has that step. */
  static Optional<CrashPoint> of(Operation.Kind kind, Step step) {
    String name = kind.name() + "_" + step.name();
    for (CrashPoint point : values()) {
      if (point.name().equals(name)) {
        return Optional.of(point);
      }
    }
    return Optional.empty();
  }
}
