package io.keymoor.disk.engine;

import io.keymoor.disk.DiskKey;
import java.nio.file.Path;

/**
 * A disk to make, at a path where nothing is yet.
 *
 * @param key what shall open it, {@link DiskKey#NONE} for a disk in clear
 */
public record TargetImage(Path path, ContainerFormat format, DiskKey key) {}
