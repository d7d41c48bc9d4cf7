package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.engine.CancelToken;
import io.keymoor.disk.engine.Pace;
import io.keymoor.disk.engine.ProgressListener;
import java.util.Arrays;

/**
 * One conversion of one image, from its first write to its last.
 *
 * <p>Sync points: the journal is synced before the marker is written, the marker before the first
 * byte moves; each stride as {@link Passage} says; everything but the first sector before the
 * record that says so, that record before the first sector, and the first sector before the journal
 * is cut off. Whichever of these the power failure hits, {@link #recover} tells from the last
 * durable record what was done.
 */
final class Conversion implements Undertaking {
  private static final int FILL_BYTES = 1 << 20;

  private final ImageStorage image;
  private final Journal journal;
  private final Layout layout;
  private final Ciphers ciphers;
  private long sequence;

  Conversion(ImageStorage image, Journal journal, Ciphers ciphers) {
    this.image = image;
    this.journal = journal;
    this.layout = journal.layout();
    this.ciphers = ciphers;
  }

  /** Who does the work. */
  record Crew(Pace pace, Passage.Workers workers, Background background) {
    /** For what its owner does alone. */
    static final Crew NOBODY =
        new Crew(
            new Pace(ProgressListener.SILENT, new CancelToken(), 0),
            new Passage.Workers(Runnable::run, 1),
            Background.AT_ONCE);
  }

  /**
   * One end of the conversion as a whole file.
   *
   * @param state what the journal says while the first sector is about to be written
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Side(Passage.Place place, byte[] area, long fileLength, Journal.State state) {}

  private Side before() {
    return new Side(
        new Passage.Place(layout.from(), ciphers.old()),
        journal.oldArea(),
        layout.fileBefore(),
        Journal.State.REVERTING);
  }

  private Side after() {
    return new Side(
        new Passage.Place(layout.to(), ciphers.fresh()),
        journal.newArea(),
        layout.fileAfter(),
        Journal.State.FINISHING);
  }

  @Override
  public void begin() {
    journal.write(image, ciphers.mac());
    record(Journal.State.STARTING, layout.start());
    image.sync();
    byte[] marker = Marker.of(journal);
    image.write(0, marker, 0, marker.length);
    spoilSecondHeader(marker);
    image.sync();
    record(Journal.State.MOVING, layout.start());
    image.sync();
  }

  private void spoilSecondHeader(byte[] marker) {
    for (int at : HeaderSectors.in(journal.oldArea())) {
      if (at > 0) {
        image.write(at, marker, 0, Layout.SECTOR);
      }
    }
  }

  /** What {@link #recover} found. */
  sealed interface Found {
    /** The disk lies between its places; everything below or above the watermark has moved. */
    record Moving(long watermark) implements Found {}

    /** The disk is as it was wanted, and the journal gone. */
    record Converted() implements Found {}

    /** The disk is as it was before, and the journal gone. */
    record Restored() implements Found {}
  }

  /**
   * Takes up what was left by a crash. What was read may be no more than a page in memory: it is
   * made durable before anything is built on it.
   */
  @Override
  public Found recover() {
    image.sync();
    Journal.Progress progress =
        journal
            .progress(image, ciphers.mac())
            .orElseThrow(
                () -> new DamagedImage(image.name(), "no progress record of its journal is sound"));
    sequence = progress.sequence();
    return switch (progress.state()) {
      case STARTING -> {
        abandonStart();
        yield new Found.Restored();
      }
      case MOVING -> new Found.Moving(checked(progress.watermark()));
      case FINISHING -> {
        completeFirstSector(after());
        yield new Found.Converted();
      }
      case REVERTING -> {
        completeFirstSector(before());
        yield new Found.Restored();
      }
    };
  }

  private long checked(long watermark) {
    if (watermark < Math.min(layout.start(), layout.end())
        || watermark > Math.max(layout.start(), layout.end())) {
      throw new DamagedImage(image.name(), "its journal counts " + watermark + " bytes as moved");
    }
    return watermark;
  }

  /** Nothing has moved. If the marker is there, whole or torn, what it covers is put back. */
  private void abandonStart() {
    byte[] marker = Marker.of(journal);
    byte[] head = Arrays.copyOf(head(before()), marker.length);
    byte[] present = new byte[marker.length];
    image.read(0, present, 0, present.length);
    if (Marker.isBetween(present, head, marker)) {
      image.write(0, head, 0, head.length);
    }
    HeaderSectors.complete(image, head(before()), Arrays.copyOf(marker, Layout.SECTOR));
    cutOffJournal(before());
  }

  @Override
  public void finish(long watermark, Crew crew) {
    move(before().place(), after().place(), watermark, layout.end(), crew);
    settle(after(), layout.end());
  }

  @Override
  public void rollBack(long watermark, Crew crew) {
    move(after().place(), before().place(), watermark, layout.start(), crew);
    settle(before(), layout.start());
  }

  private void move(
      Passage.Place origin, Passage.Place destination, long watermark, long goal, Crew crew) {
    new Passage(image, origin, destination, layout.stride(), crew.pace(), crew.workers())
        .run(watermark, goal, crew.background(), moved -> record(Journal.State.MOVING, moved));
  }

  /** Writes what is left of one side, its first sector last, and drops the journal. */
  private void settle(Side side, long watermark) {
    byte[] head = head(side);
    byte[] without = HeaderSectors.without(head, firstOfMarker());
    image.write(Layout.SECTOR, without, Layout.SECTOR, head.length - Layout.SECTOR);
    if (side.area().length > 0) {
      fillWithZeros(head.length, side.place().offset());
      image.write(side.place().offset(), journal.held(), 0, journal.held().length);
    }
    image.sync();
    record(side.state(), watermark);
    image.sync();
    HeaderSectors.write(image, head);
    cutOffJournal(side);
  }

  private byte[] firstOfMarker() {
    return Arrays.copyOf(Marker.of(journal), Layout.SECTOR);
  }

  private void completeFirstSector(Side side) {
    HeaderSectors.complete(image, head(side), firstOfMarker());
    cutOffJournal(side);
  }

  private void cutOffJournal(Side side) {
    image.cutTo(side.fileLength());
    image.sync();
  }

  /** What the file of one side starts with: its header area, or the held block in clear. */
  private byte[] head(Side side) {
    if (side.area().length > 0) {
      return side.area();
    }
    byte[] block = journal.held().clone();
    ciphers.ofHeldBlock(layout).decrypt(0, block, 0, block.length);
    return block;
  }

  /** Between header and payload something of the disk may be left. */
  private void fillWithZeros(long from, long to) {
    byte[] zeros = new byte[FILL_BYTES];
    for (long at = from; at < to; at += FILL_BYTES) {
      image.write(at, zeros, 0, (int) Math.min(FILL_BYTES, to - at));
    }
  }

  private void record(Journal.State state, long watermark) {
    sequence++;
    journal.record(image, ciphers.mac(), new Journal.Progress(sequence, state, watermark));
  }

  @Override
  public long start() {
    return layout.start();
  }

  @Override
  public long diskBytes() {
    return layout.disk();
  }

  @Override
  public long workBytes() {
    return layout.disk();
  }

  @Override
  public long doneAt(long watermark) {
    return Math.abs(watermark - layout.start());
  }

  @Override
  public long fileBefore() {
    return layout.fileBefore();
  }

  @Override
  public long roomBytes() {
    return layout.descriptorOffset() + Layout.BLOCK - layout.fileBefore();
  }
}
