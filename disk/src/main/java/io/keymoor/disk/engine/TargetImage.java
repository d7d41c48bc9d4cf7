package io.keymoor.disk.engine;

import io.keymoor.disk.DiskKey;
import java.nio.file.Path;

/**
 * A disk to make, at a path where nothing is yet.
 *
 * @param key what shall open it, {@link DiskKey#NONE} for a disk in clear
 * @param luks the container of an encrypted disk
 * @param sectorBytes the unit of encryption of LUKS2, 512 or 4096; LUKS1 knows 512 only
 */
public record TargetImage(
    Path path, ContainerFormat format, DiskKey key, LuksVersion luks, int sectorBytes) {
  public TargetImage {
    if (sectorBytes != 512 && (sectorBytes != 4096 || luks == LuksVersion.LUKS1)) {
      throw new IllegalArgumentException(luks + " has no sectors of " + sectorBytes + " bytes");
    }
  }

  /** A disk for QEMU: LUKS1 where it is encrypted. */
  public TargetImage(Path path, ContainerFormat format, DiskKey key) {
    this(path, format, key, LuksVersion.LUKS1, 512);
  }
}
