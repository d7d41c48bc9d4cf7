package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.qcow2.Anatomy;
import io.keymoor.disk.qcow2.HeaderRewrite;
import io.keymoor.disk.qcow2.Patch;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.disk.qcow2.Room;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One overwriting of one qcow2 image, from its first write to its last: every data cluster stays
 * where it is, also those of snapshots, and changes its encryption once.
 *
 * <p>Sync points: the journal is synced before the header that keeps everybody out is written, that
 * header before the first cluster changes; each stride as {@link OverwritePass} says; LUKS area,
 * refcounts and all of the header but its first sector before the record that says so, that record
 * before the first sector, and the first sector before the journal is cut off.
 */
final class Overwrite implements Undertaking {
  private static final byte[] NOTHING = new byte[0];

  private final ImageStorage image;
  private final OverwriteJournal journal;
  private final OverwriteLayout layout;
  private final Ciphers ciphers;
  private final Supplier<Anatomy> dissection;
  private final Qcow2Header header;
  private Optional<Anatomy> known = Optional.empty();
  private long sequence;

  /**
   * An overwriting.
   *
   * @param header as it was before
   * @param dissection of the image as it was before; asked for only while nobody else can have
   *     changed it
   */
  Overwrite(
      ImageStorage image,
      OverwriteJournal journal,
      Ciphers ciphers,
      Qcow2Header header,
      Supplier<Anatomy> dissection) {
    this.image = image;
    this.journal = journal;
    this.layout = journal.layout();
    this.ciphers = ciphers;
    this.header = header;
    this.dissection = dissection;
  }

  private Anatomy anatomy() {
    if (known.isEmpty()) {
      known = Optional.of(dissection.get());
    }
    return known.get();
  }

  @Override
  public void begin() {
    journal.write(image, ciphers.mac());
    record(OverwriteJournal.State.STARTING);
    image.sync();
    byte[] marker = marker();
    image.write(0, marker, 0, marker.length);
    image.sync();
    record(OverwriteJournal.State.FORWARD);
    image.sync();
  }

  private byte[] marker() {
    return HeaderRewrite.marker(head().before(), journal.id(), journal.layout().descriptorOffset());
  }

  private Patch head() {
    return journal.patches().getFirst();
  }

  /** What was read may be no more than a page in memory: it is made durable first. */
  @Override
  public Conversion.Found recover() {
    image.sync();
    List<OverwriteJournal.Slot> slots = journal.slots(image, ciphers.mac());
    if (slots.isEmpty()) {
      throw new DamagedImage(image.name(), "no record of its journal is sound");
    }
    OverwriteJournal.Slot newest = slots.getLast();
    sequence = newest.sequence();
    return switch (newest.state()) {
      case STARTING -> {
        completeHead(false);
        yield new Conversion.Found.Restored();
      }
      case FORWARD -> {
        requireKeptOut();
        slots.forEach(this::writeAgain);
        yield new Conversion.Found.Moving(newest.after());
      }
      case BACK -> {
        requireKeptOut();
        slots.forEach(this::writeAgain);
        yield new Conversion.Found.Moving(newest.first());
      }
      case FINISHING -> {
        completeHead(true);
        yield new Conversion.Found.Converted();
      }
      case REVERTING -> {
        completeHead(false);
        yield new Conversion.Found.Restored();
      }
    };
  }

  /** Another header was durable before anything else was, and would have let somebody write. */
  private void requireKeptOut() {
    if (OverwritePlanner.descriptorOffset(image).isEmpty()) {
      throw new DamagedImage(
          image.name(), "its header was replaced by somebody while it was being converted");
    }
  }

  /** Its clusters may be whole, torn, or as they were: the slot makes them whole. */
  private void writeAgain(OverwriteJournal.Slot slot) {
    boolean forward = slot.state() == OverwriteJournal.State.FORWARD;
    if (!forward && slot.state() != OverwriteJournal.State.BACK) {
      return;
    }
    if (slot.first() < 0 || slot.first() > slot.after() || slot.after() > anatomy().clusters()) {
      throw new DamagedImage(
          image.name(), "its journal names clusters " + slot.first() + " to " + slot.after());
    }
    ClusterRuns range =
        ClusterRuns.between(slot.first(), slot.after(), anatomy(), header.clusterBytes());
    if (range.bytes() != slot.length()) {
      throw new DamagedImage(image.name(), "its journal does not fit its clusters");
    }
    OverwritePass pass = pass(forward, Conversion.Crew.NOBODY);
    pass.overwrite(pass.again(range, slot.stride()));
    image.sync();
  }

  private OverwritePass pass(boolean forward, Conversion.Crew crew) {
    return new OverwritePass(
        image,
        anatomy(),
        header.clusterBytes(),
        layout.stride(),
        new OverwritePass.Direction(
            forward,
            forward ? ciphers.old() : ciphers.fresh(),
            forward ? ciphers.fresh() : ciphers.old(),
            forward == layout.becomesClear(),
            forward && !layout.becomesClear()),
        crew);
  }

  @Override
  public void finish(long watermark, Conversion.Crew crew) {
    run(OverwriteJournal.State.FORWARD, watermark, crew);
    settle(true);
  }

  @Override
  public void rollBack(long watermark, Conversion.Crew crew) {
    run(OverwriteJournal.State.BACK, watermark, crew);
    settle(false);
  }

  private void run(OverwriteJournal.State state, long watermark, Conversion.Crew crew) {
    pass(state == OverwriteJournal.State.FORWARD, crew)
        .run(watermark, stride -> record(state, stride.range(), stride.saved()));
  }

  /** Writes what is not data on one side, the first sector last, and drops the journal. */
  private void settle(boolean converted) {
    byte[] area = converted ? journal.newArea() : journal.oldArea();
    if (area.length > 0 || converted) {
      writeArea(area);
    }
    for (Patch patch : journal.patches()) {
      byte[] bytes = converted ? patch.after() : patch.before();
      int from = patch.offset() == 0 ? Math.min(bytes.length, HeaderRewrite.MARKER_BYTES) : 0;
      image.write(patch.offset() + from, bytes, from, bytes.length - from);
    }
    image.sync();
    record(converted ? OverwriteJournal.State.FINISHING : OverwriteJournal.State.REVERTING);
    image.sync();
    writeHead(converted);
    cutOffJournal(converted);
  }

  /** Keyslots of the other side are not left behind it. */
  private void writeArea(byte[] area) {
    byte[] whole = Arrays.copyOf(area, (int) layout.areaBytes());
    image.write(layout.areaOffset(), whole, 0, whole.length);
  }

  /** The first sector may still keep everybody out, be torn, or whole. */
  private void completeHead(boolean converted) {
    byte[] head = converted ? head().after() : head().before();
    byte[] present = new byte[HeaderRewrite.MARKER_BYTES];
    image.read(0, present, 0, present.length);
    boolean whole = Arrays.equals(present, 0, present.length, head, 0, present.length);
    if (!whole && Marker.isBetween(present, head, marker())) {
      writeHead(converted);
      cutOffJournal(converted);
    } else {
      leaveWhatIsUsed(converted);
    }
  }

  /**
   * The header let a VM in before the journal was cut off, and QEMU may have put clusters in its
   * place: they stay.
   */
  private void leaveWhatIsUsed(boolean converted) {
    long end = Room.usedUpTo(image, converted ? layout.fileAfter() : layout.fileBefore());
    if (end > layout.descriptorOffset()) {
      image.write(layout.descriptorOffset(), new byte[Layout.BLOCK], 0, Layout.BLOCK);
    } else {
      image.cutTo(end);
    }
    image.sync();
  }

  private void writeHead(boolean converted) {
    byte[] head = converted ? head().after() : head().before();
    image.write(0, head, 0, HeaderRewrite.MARKER_BYTES);
    image.sync();
  }

  private void cutOffJournal(boolean converted) {
    image.cutTo(converted ? layout.fileAfter() : layout.fileBefore());
    image.sync();
  }

  /** Says how far it is where no stride is on its way. */
  private void record(OverwriteJournal.State state) {
    record(state, new ClusterRuns(0, 0, List.of()), NOTHING);
  }

  private void record(OverwriteJournal.State state, ClusterRuns range, byte[] stride) {
    sequence++;
    journal.record(
        image,
        ciphers.mac(),
        new OverwriteJournal.Slot(
            sequence, state, range.first(), range.after(), stride, range.bytes()));
  }

  @Override
  public long start() {
    return 0;
  }

  @Override
  public long diskBytes() {
    return header.sizeBytes();
  }

  @Override
  public long workBytes() {
    return anatomy().dataClusters() * header.clusterBytes();
  }

  @Override
  public long doneAt(long watermark) {
    long done = 0;
    for (long cluster = 0; cluster < watermark; cluster++) {
      done += anatomy().use(cluster) == Anatomy.Use.DATA ? header.clusterBytes() : 0;
    }
    return done;
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
