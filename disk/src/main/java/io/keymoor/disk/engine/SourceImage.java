package io.keymoor.disk.engine;

import io.keymoor.disk.DiskKey;
import io.keymoor.disk.qcow2.BackingRule;
import java.nio.file.Path;

/**
 * A disk to read.
 *
 * @param key what opens it, {@link DiskKey#NONE} for a disk in clear
 * @param backing where its backing files may lie
 */
public record SourceImage(Path path, SourceFormat format, DiskKey key, BackingRule backing) {
  /** A disk whose format shows and whose backing files, if any, lie beside it. */
  public SourceImage(Path path, DiskKey key) {
    this(path, SourceFormat.DETECT, key, BackingRule.SAME_DIRECTORY);
  }
}
