package io.keymoor.disk.engine;

import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.disk.qcow2.Qcow2Source;
import io.keymoor.disk.raw.RawSource;
import java.nio.file.Path;
import java.util.Optional;

/** Describes images without a key and without disturbing whoever uses them. Stateless. */
public final class ImageInspector {
  private ImageInspector() {}

  /** Describes the image at {@code path}, whose format shows. */
  public static ImageDescription inspect(Path path) {
    return inspect(path, SourceFormat.DETECT);
  }

  /** Describes the image at {@code path} in the light of what the caller knows. */
  public static ImageDescription inspect(Path path, SourceFormat format) {
    try (ImageFile file = ImageFile.openToLook(path)) {
      return switch (Detected.in(file, format)) {
        case Detected.Plain plain -> describePlain(file);
        case Detected.Luks1 luks -> describeLuks1(file, luks.header());
        case Detected.Luks2 luks -> full(DiskEncryption.LUKS2, luks.header().payload().bytes());
        case Detected.Qcow2 qcow2 -> describe(file, qcow2.header());
      };
    }
  }

  /** The size of the disk as its guest sees it, in bytes, from the image's header alone. */
  public static long sizeBytes(Path path, SourceFormat format) {
    try (ImageFile file = ImageFile.openToLook(path)) {
      return switch (Detected.in(file, format)) {
        case Detected.Plain plain -> new RawSource(file, Machine.JAVA).sizeBytes();
        case Detected.Luks1 luks ->
            LuksSource.Payload.upToTheEnd(file, luks.header().payloadOffset()).bytes();
        case Detected.Luks2 luks -> luks.header().payload().bytes();
        case Detected.Qcow2 qcow2 -> qcow2.header().sizeBytes();
      };
    }
  }

  private static ImageDescription describePlain(ImageFile file) {
    RawSource source = new RawSource(file, Machine.JAVA);
    long data = DataEstimate.of(source);
    return new ImageDescription(
        ContainerFormat.RAW,
        DiskEncryption.NONE,
        source.sizeBytes(),
        data,
        isSparse(data, source.sizeBytes()),
        Optional.empty(),
        0);
  }

  private static ImageDescription describeLuks1(ImageFile file, Luks1Header header) {
    return full(
        DiskEncryption.LUKS1, LuksSource.Payload.upToTheEnd(file, header.payloadOffset()).bytes());
  }

  private static ImageDescription full(DiskEncryption encryption, long bytes) {
    return new ImageDescription(
        ContainerFormat.RAW, encryption, bytes, bytes, false, Optional.empty(), 0);
  }

  private static ImageDescription describe(ImageFile file, Qcow2Header header) {
    long allocated = Qcow2Source.allocatedBytes(file, header);
    return new ImageDescription(
        ContainerFormat.QCOW2,
        switch (header.encryption()) {
          case NONE -> DiskEncryption.NONE;
          case LEGACY_AES -> DiskEncryption.QCOW2_LEGACY_AES;
          case LUKS -> DiskEncryption.LUKS1;
        },
        header.sizeBytes(),
        allocated,
        isSparse(allocated, header.sizeBytes()),
        header.backing().map(Qcow2Header.Backing::name),
        header.snapshots());
  }

  private static boolean isSparse(long data, long size) {
    return size - data >= (size + 9) / 10;
  }
}
