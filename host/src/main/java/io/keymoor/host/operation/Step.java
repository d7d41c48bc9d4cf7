package io.keymoor.host.operation;

/** The steps that operations are made of, in their order; no operation has all of them. */
public enum Step {
  JOURNAL_WRITTEN,
  RECORD_PENDING,
  COPYING,
  DISK_COPIED,
  TARGET_PREPARED,
  VTPM_REKEYED,
  HOME_MADE,
  SIDECAR_WRITTEN,
  HOME_WRITTEN,
  SWITCHING,
  CONVERTING,
  DISK_CONVERTED,
  COMMITTED,
  RECORD_COMMITTED,
  RECORD_COPIED,
  OLD_SHREDDING,
  OLD_REMOVED,
  STATE_REMOVED,
  HOME_REMOVED,
  FINISHED,
  ROLLING_BACK
}
