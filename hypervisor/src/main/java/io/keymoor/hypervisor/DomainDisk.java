package io.keymoor.hypervisor;

import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A disk in a domain's definition.
 *
 * @param target its target device, such as "vda"
 * @param device "disk", "cdrom", "floppy" or "lun"
 * @param sourceType "file", "block", "network", "volume" …; "none" for an empty drive
 * @param file the file or block device it is on, where it is on one
 * @param format "raw", "qcow2" or whatever else the driver element says; libvirt's default is "raw"
 * @param readOnly whether the guest may not write to it
 * @param shared whether several domains may use it at once
 * @param luksSecret the libvirt secret that opens its LUKS container; absent when it has none,
 *     {@link #NAMELESS_SECRET} when the definition names it otherwise than by its UUID
 */
public record DomainDisk(
    String target,
    String device,
    String sourceType,
    Optional<Path> file,
    String format,
    boolean readOnly,
    boolean shared,
    Optional<UUID> luksSecret) {
  /** Stands for a secret that has no UUID here; never one of ours. */
  public static final UUID NAMELESS_SECRET = new UUID(0, 0);
}
