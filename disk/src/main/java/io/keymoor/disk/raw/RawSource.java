package io.keymoor.disk.raw;

import io.keymoor.disk.BlockSource;
import io.keymoor.disk.DataRuns;
import io.keymoor.disk.Extent;
import io.keymoor.disk.ImageFile;
import io.keymoor.disk.Machine;
import java.util.Optional;

/**
 * A raw file or block device. Its holes are known where the machine tells; elsewhere they are read,
 * and come back as zeros.
 */
public final class RawSource implements BlockSource {
  private static final int GRANULARITY = 4096;

  private final ImageFile file;
  private final long size;
  private final Optional<DataRuns> runs;

  /** Asking for the end of a long run costs the more the longer it is. */
  private volatile Extent latest;

  /** Takes over {@code file} and closes it with itself. */
  public RawSource(ImageFile file, Machine machine) {
    this.file = file;
    this.size = -Math.floorDiv(-file.length(), SECTOR_BYTES) * SECTOR_BYTES;
    this.runs = file.dataRuns(machine);
    this.latest = new Extent(Long.MAX_VALUE - 1, 1, Extent.Kind.DATA);
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public int granularity() {
    return GRANULARITY;
  }

  @Override
  public boolean knowsItsHoles() {
    return runs.isPresent();
  }

  @Override
  public Extent extentAt(long position) {
    Extent known = latest;
    if (position < known.position() || position >= known.end()) {
      known = runs.map(told -> found(told, position)).orElse(data(position, size));
      latest = known;
    }
    return new Extent(position, known.end() - position, known.kind());
  }

  /** In whole sectors: one that is a hole in part only is data. */
  private Extent found(DataRuns told, long position) {
    Extent run = told.at(position, size);
    long end = run.end() & -SECTOR_BYTES;
    if (run.isZero()) {
      return end > position
          ? new Extent(position, end - position, Extent.Kind.ZERO)
          : data(position, position + SECTOR_BYTES);
    }
    return data(position, end == run.end() ? end : end + SECTOR_BYTES);
  }

  private static Extent data(long position, long end) {
    return new Extent(position, end - position, Extent.Kind.DATA);
  }

  @Override
  public void read(long position, byte[] into, int offset, int length) {
    file.read(position, into, offset, length);
  }

  @Override
  public void close() {
    file.close();
  }
}
