package io.keymoor.disk.engine;

/**
 * What the caller knows about an image. Detection trusts the first bytes, and those of a raw disk
 * are the guest's to write: who knows the format, as libvirt's domain definition does, says it.
 */
public enum SourceFormat {
  /** Look at the first bytes. */
  DETECT,
  /** A raw disk, in clear or inside LUKS. */
  RAW,
  /** A raw disk in clear, even if it starts like LUKS: the guest's own encryption. */
  PLAIN_RAW,
  QCOW2
}
