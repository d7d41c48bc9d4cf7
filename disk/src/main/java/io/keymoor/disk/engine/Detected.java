package io.keymoor.disk.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DiskException.EmptyDisk;
import io.keymoor.disk.DiskException.NotADisk;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks2.Luks2Header;
import io.keymoor.disk.qcow2.Qcow2Header;
import java.util.Map;
import java.util.Optional;

/** What an image turned out to be. */
public sealed interface Detected {
  /** A raw disk in clear. */
  record Plain() implements Detected {}

  /** A raw LUKS1 container. */
  record Luks1(Luks1Header header) implements Detected {}

  /** A raw LUKS2 container. */
  record Luks2(Luks2Header header) implements Detected {}

  /** A qcow2 image, encrypted or not. */
  record Qcow2(Qcow2Header header) implements Detected {}

  /** Formats that would be a disaster to take for raw disks, by their first bytes. */
  Map<String, String> FOREIGN =
      Map.of(
          "KDMV", "it is a VMDK image",
          "# Disk DescriptorFile", "it is a VMDK image",
          "vhdxfile", "it is a VHDX image",
          "conectix", "it is a VHD image",
          "QED\0", "it is a QED image",
          "<<< ", "it is a VDI image",
          "With", "it is a Parallels image",
          "\u001f\u008b\b", "it is compressed with gzip",
          "\u00fd7zXZ", "it is compressed with xz",
          "(\u00b5/\u00fd", "it is compressed with zstd");

  /** What a file starts with while its disk is being converted in place. */
  String UNFINISHED_CONVERSION = "KEYMOOR-INPLACE\n";

  /** Looks at {@code file} in the light of what the caller knows. */
  static Detected in(ImageBytes file, SourceFormat format) {
    if (file.length() == 0) {
      throw new EmptyDisk(file.name());
    }
    byte[] start = new byte[32];
    file.read(0, start, 0, start.length);
    return switch (format) {
      case QCOW2 -> new Qcow2(Qcow2Header.read(file));
      case PLAIN_RAW -> new Plain();
      case RAW -> raw(file, start);
      case DETECT ->
          Qcow2Header.startsLikeQcow(start)
              ? new Qcow2(Qcow2Header.read(file))
              : detectedRaw(file, start);
    };
  }

  private static Detected raw(ImageBytes file, byte[] start) {
    if (new String(start, ISO_8859_1).startsWith(UNFINISHED_CONVERSION)) {
      throw new UnsupportedImage(
          file.name(), "its conversion in place is unfinished; resume it or roll it back first");
    }
    Optional<Integer> luks = Luks1Header.versionOf(start);
    if (luks.isEmpty()) {
      return new Plain();
    }
    return switch (luks.get()) {
      case 1 -> new Luks1(Luks1Header.read(file));
      case 2 -> new Luks2(Luks2Header.read(file));
      default -> throw new UnsupportedImage(file.name(), "it is LUKS version " + luks.get());
    };
  }

  /** Anything can be a raw disk; what surely is something else is refused. */
  private static Detected detectedRaw(ImageBytes file, byte[] start) {
    String text = new String(start, ISO_8859_1);
    FOREIGN.forEach((magic, what) -> {
      if (text.startsWith(magic)) {
        throw new UnsupportedImage(
            file.name(), what + "; convert it to raw or qcow2 with qemu-img first");
      }
    });
    if (file.length() % BlockSource.SECTOR_BYTES != 0) {
      throw new NotADisk(
          file.name(),
          "it has no known header and its "
              + file.length()
              + " bytes are no whole number of 512-byte sectors (if it is a raw disk all the same,"
              + " say so)");
    }
    return raw(file, start);
  }
}
