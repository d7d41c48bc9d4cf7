package io.keymoor.disk;

/** A part of an image as an image of its own, such as a LUKS header inside a qcow2 file. */
public record ImageSlice(ImageBytes whole, long offset, long length) implements ImageBytes {
  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public void read(long position, byte[] into, int from, int count) {
    if (position < 0 || position > length - count) {
      throw new DiskException.DamagedImage(
          name(), "something reaches out of the part of the file that holds it");
    }
    whole.read(offset + position, into, from, count);
  }
}
