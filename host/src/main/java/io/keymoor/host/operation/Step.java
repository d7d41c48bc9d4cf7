package io.keymoor.host.operation;

/** The steps that operations are made of, in their order; no operation has all of them. */
public enum Step {
  JOURNAL_WRITTEN,
  RECORD_PENDING,
  COPYING,
  DISK_COPIED,
  HOME_MADE,
  SIDECAR_WRITTEN,
  HOME_WRITTEN,
  COMMITTED,
  RECORD_COPIED,
  OLD_SHREDDING,
  OLD_REMOVED,
  STATE_REMOVED,
  HOME_REMOVED,
  FINISHED,
  ROLLING_BACK
}
