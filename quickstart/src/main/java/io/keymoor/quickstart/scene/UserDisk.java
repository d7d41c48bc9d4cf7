package io.keymoor.quickstart.scene;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.engine.DiskEncryption;
import io.keymoor.disk.engine.ImageDescription;
import io.keymoor.disk.engine.ImageInspector;
import java.nio.file.Path;
import java.util.Locale;

/** A disk that somebody brings along. */
final class UserDisk {
  private UserDisk() {}

  /** "raw" or "qcow2". */
  static String formatOf(Path disk) {
    try {
      ImageDescription found = ImageInspector.inspect(disk);
      if (found.encryption() != DiskEncryption.NONE) {
        throw new StoryFailed(
            "The disk " + disk + " is encrypted already; it was left as it is. Name one in clear.");
      }
      return found.container().name().toLowerCase(Locale.ROOT);
    } catch (DiskException unusable) {
      throw new StoryFailed(String.valueOf(unusable.getMessage()), unusable);
    }
  }
}
