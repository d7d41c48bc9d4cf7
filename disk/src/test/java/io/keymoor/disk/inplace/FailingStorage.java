package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageStorage;
import java.io.IOException;

/**
 * A file that fails for good at one moment, as bad sectors and dying disks do.
 *
 * @param moment which one
 * @param at the byte that cannot be read or written
 */
record FailingStorage(ImageStorage whole, Moment moment, long at) implements ImageStorage {
  /** What fails. */
  enum Moment {
    READ,
    WRITE,
    CUT
  }

  /** Fails where byte {@code at} is among what shall be read. */
  static FailingStorage atRead(ImageStorage whole, long at) {
    return new FailingStorage(whole, Moment.READ, at);
  }

  static FailingStorage atWrite(ImageStorage whole, long at) {
    return new FailingStorage(whole, Moment.WRITE, at);
  }

  static FailingStorage atCut(ImageStorage whole) {
    return new FailingStorage(whole, Moment.CUT, 0);
  }

  private boolean hits(long position, int length) {
    return position <= at && at < position + length;
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    if (moment == Moment.READ && hits(position, length)) {
      throw new DiskException.DiskReadFailed(name(), at, new IOException("Input/output error"));
    }
    whole.read(position, into, offset, length);
  }

  @Override
  public void write(long position, byte[] from, int offset, int length) {
    if (moment == Moment.WRITE && hits(position, length)) {
      throw new DiskException.DiskWriteFailed(
          name(), "at byte " + at, new IOException("Input/output error"));
    }
    whole.write(position, from, offset, length);
  }

  @Override
  public void cutTo(long length) {
    if (moment == Moment.CUT) {
      throw new DiskException.DiskWriteFailed(name(), "it could not be shortened");
    }
    whole.cutTo(length);
  }

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public long length() {
    return whole.length();
  }

  @Override
  public long lengthNow() {
    return whole.lengthNow();
  }

  @Override
  public void growTo(long length) {
    whole.growTo(length);
  }

  @Override
  public void sync() {
    whole.sync();
  }

  @Override
  public void syncData() {
    whole.syncData();
  }

  @Override
  public void close() {
    whole.close();
  }
}
