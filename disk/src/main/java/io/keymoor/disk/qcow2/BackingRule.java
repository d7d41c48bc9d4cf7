package io.keymoor.disk.qcow2;

import java.nio.file.Path;
import java.util.List;

/**
 * Where backing files may lie. An image from a stranger can name any file of the host as its
 * backing file, and a copy of it would carry that file's contents out; so only the image's own
 * directory, and directories named here, are followed. What lies below a directory counts as in it.
 */
public record BackingRule(List<Path> furtherDirectories) {
  /** Backing files lie beside their image. */
  public static final BackingRule SAME_DIRECTORY = new BackingRule(List.of());

  public BackingRule {
    furtherDirectories = List.copyOf(furtherDirectories);
  }
}
