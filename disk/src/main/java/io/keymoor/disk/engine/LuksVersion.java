package io.keymoor.disk.engine;

/** Which LUKS container to write. */
public enum LuksVersion {
  /** What QEMU opens, raw and inside qcow2. */
  LUKS1,
  /** What cryptsetup and librbd open; raw only. */
  LUKS2
}
