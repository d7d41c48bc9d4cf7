package io.keymoor.disk.engine;

/** How an image is encrypted. All but {@link #QCOW2_LEGACY_AES} can be opened. */
public enum DiskEncryption {
  NONE,
  /** What QEMU opens. */
  LUKS1,
  /** What cryptsetup and librbd open. */
  LUKS2,
  /** The broken encryption of old qcow images. */
  QCOW2_LEGACY_AES
}
