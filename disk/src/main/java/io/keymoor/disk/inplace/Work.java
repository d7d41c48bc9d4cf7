package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.qcow2.Qcow2Header;
import io.keymoor.disk.qcow2.Room;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Takes one request from what an image is to what it shall be. */
final class Work {
  private final InPlaceRequest request;
  private final SecureRandom random;
  private final Machine machine;
  private final LengthNote note;
  private final Crews crews;

  Work(InPlaceRequest request, SecureRandom random, Machine machine, LengthNote note, Crews crews) {
    this.request = request;
    this.random = random;
    this.machine = machine;
    this.note = note;
    this.crews = crews;
  }

  /** Lets a crew move what is left to be moved. */
  interface Crews {
    void work(long allBytes, long doneBytes, Consumer<Conversion.Crew> shift);
  }

  /** How it ended; {@code moved} bytes were moved for it. */
  record Done(InPlaceResult.Outcome outcome, long disk, long moved) {}

  private ConversionPlanner planner(ImageStorage image) {
    return new ConversionPlanner(
        image, request.present(), request.wanted(), request.luks(), machine);
  }

  /**
   * Goes on with what a crash has left. Empty when there was nothing, or when what was there had
   * not begun to move and was undone; the image is opened again then, for its length has changed.
   */
  Optional<Done> resume(ImageStorage image) {
    Optional<ConversionPlanner.Planned> unfinished = planner(image).unfinished();
    if (unfinished.isEmpty()) {
      cutOffHalfAJournal(image);
      return Optional.empty();
    }
    try (ConversionPlanner.Planned planned = unfinished.get()) {
      Undertaking conversion = planned.undertaking();
      return switch (recover(conversion)) {
        case Conversion.Found.Moving moving -> Optional.of(finish(conversion, moving.watermark()));
        case Conversion.Found.Converted converted ->
            Optional.of(new Done(InPlaceResult.Outcome.CONVERTED, conversion.diskBytes(), 0));
        case Conversion.Found.Restored restored -> Optional.empty();
      };
    }
  }

  /** Whether something is there that {@link #resume} or {@link #rollBack} has to deal with. */
  boolean isUnfinished(ImageStorage image) {
    Optional<ConversionPlanner.Planned> unfinished = planner(image).unfinished();
    unfinished.ifPresent(ConversionPlanner.Planned::close);
    return unfinished.isPresent() || note.kept().isPresent();
  }

  /** Plans and writes nothing; {@code check} sees what is planned. */
  void plan(ImageStorage image, SourceFormat format, Consumer<Undertaking> check) {
    try (ConversionPlanner.Planned planned = planner(image).fresh(format, random)) {
      check.accept(planned.undertaking());
    }
  }

  /** Begins and finishes; {@code check} sees what is planned before anything is written. */
  Done start(ImageStorage image, SourceFormat format, Consumer<Undertaking> check) {
    try (ConversionPlanner.Planned planned = planner(image).fresh(format, random)) {
      Undertaking conversion = planned.undertaking();
      check.accept(conversion);
      note.keep(conversion.fileBefore());
      conversion.begin();
      note.drop();
      return finish(conversion, conversion.start());
    }
  }

  /** Makes the image what it was, or finishes what had come too far for that. */
  Done rollBack(ImageStorage image) {
    Optional<ConversionPlanner.Planned> unfinished = planner(image).unfinished();
    if (unfinished.isEmpty()) {
      if (cutOffHalfAJournal(image)) {
        return new Done(InPlaceResult.Outcome.ROLLED_BACK, image.lengthNow(), 0);
      }
      throw new DiskException.NotADisk(image.name(), "no conversion in place of it is unfinished");
    }
    try (ConversionPlanner.Planned planned = unfinished.get()) {
      Undertaking conversion = planned.undertaking();
      return switch (recover(conversion)) {
        case Conversion.Found.Moving moving -> rollBack(conversion, moving.watermark());
        case Conversion.Found.Converted converted ->
            new Done(InPlaceResult.Outcome.CONVERTED, conversion.diskBytes(), 0);
        case Conversion.Found.Restored restored ->
            new Done(InPlaceResult.Outcome.ROLLED_BACK, conversion.diskBytes(), 0);
      };
    }
  }

  /** With a sound journal the note is not needed, and would be wrong once the disk moves. */
  private Conversion.Found recover(Undertaking conversion) {
    Conversion.Found found = conversion.recover();
    note.drop();
    return found;
  }

  /**
   * The journal was not whole when the power failed; nothing else had been written. But a VM may
   * have used the image since, and qcow2 grows: what is in use there stays.
   */
  private boolean cutOffHalfAJournal(ImageStorage image) {
    OptionalLong before = note.kept();
    if (before.isPresent()) {
      long length = before.getAsLong();
      image.cutTo(isQcow2(image) ? Room.usedUpTo(image, length) : length);
      image.sync();
    }
    note.drop();
    return before.isPresent();
  }

  private boolean isQcow2(ImageStorage image) {
    byte[] start = new byte[4];
    image.read(0, start, 0, start.length);
    return switch (request.format()) {
      case QCOW2 -> true;
      case RAW, PLAIN_RAW -> false;
      case DETECT -> Qcow2Header.startsLikeQcow(start);
    };
  }

  private Done finish(Undertaking conversion, long watermark) {
    long all = conversion.workBytes();
    long done = conversion.doneAt(watermark);
    crews.work(all, done, crew -> conversion.finish(watermark, crew));
    return new Done(InPlaceResult.Outcome.CONVERTED, conversion.diskBytes(), all - done);
  }

  private Done rollBack(Undertaking conversion, long watermark) {
    long all = conversion.workBytes();
    long done = conversion.doneAt(watermark);
    crews.work(all, all - done, crew -> conversion.rollBack(watermark, crew));
    return new Done(InPlaceResult.Outcome.ROLLED_BACK, conversion.diskBytes(), done);
  }
}
