package io.keymoor.disk.command;

import io.keymoor.disk.engine.DiskEncryption;
import io.keymoor.disk.engine.ImageDescription;
import io.keymoor.disk.engine.ImageInspector;
import io.keymoor.disk.inplace.InPlaceEngine;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keymoor disk inspect}. */
@Command(
    name = "inspect",
    description = "Says what an image is, without a key and beside a running VM.",
    mixinStandardHelpOptions = true)
final class Inspect implements Runnable {
  private final Console console;

  @Parameters(index = "0", paramLabel = "FILE")
  private Path file = Path.of("");

  Inspect(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (InPlaceEngine.isUnfinished(file)) {
      fact(
          "state", "a conversion in place is unfinished: give the same command again, or rollback");
      return;
    }
    ImageDescription image = ImageInspector.inspect(file);
    fact("container", image.container().name().toLowerCase(Locale.ROOT));
    fact("encryption", encryption(image.encryption()));
    fact("disk size", Sizes.show(image.virtualSizeBytes()));
    fact("holds data", Sizes.show(image.allocatedBytes()));
    image.backingFile().ifPresent(name -> fact("backing file", name.replaceAll("[^ -~]", "?")));
    if (image.snapshots() > 0) {
      fact("snapshots", Integer.toString(image.snapshots()));
    }
  }

  private static String encryption(DiskEncryption encryption) {
    return switch (encryption) {
      case NONE -> "none";
      case LUKS1 -> "LUKS1";
      case LUKS2 -> "LUKS2";
      case QCOW2_LEGACY_AES -> "qcow's old AES, which is broken";
    };
  }

  private void fact(String name, String value) {
    console.out().printf("%-13s %s%n", name, value);
  }
}
