package io.keymoor.disk.engine;

/** How the bytes of a disk are laid out in a file. */
public enum ContainerFormat {
  /** The file is the disk, or a LUKS container around it. */
  RAW,
  /** QEMU's container, which allocates only what holds data. */
  QCOW2;

  /**
   * The format in which an encrypted copy of an image is best made: what is thin stays thin. A
   * qcow2 image and a sparse raw image become qcow2; a full raw image, or one that is encrypted and
   * so has no holes left, stays raw.
   */
  public static ContainerFormat bestFor(ImageDescription image) {
    return switch (image.container()) {
      case QCOW2 -> QCOW2;
      case RAW -> image.sparse() ? QCOW2 : RAW;
    };
  }
}
