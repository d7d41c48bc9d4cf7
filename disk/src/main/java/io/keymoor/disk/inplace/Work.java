package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.engine.SourceFormat;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Takes one request from what an image is to what it shall be. */
final class Work {
  private final InPlaceRequest request;
  private final SecureRandom random;
  private final LengthNote note;
  private final Crews crews;

  Work(InPlaceRequest request, SecureRandom random, LengthNote note, Crews crews) {
    this.request = request;
    this.random = random;
    this.note = note;
    this.crews = crews;
  }

  /** Lets a crew move what is left to be moved. */
  interface Crews {
    void work(long diskBytes, long doneBytes, Consumer<Conversion.Crew> shift);
  }

  /** How it ended; {@code moved} bytes were moved for it. */
  record Done(InPlaceResult.Outcome outcome, long disk, long moved) {}

  private ConversionPlanner planner(ImageStorage image) {
    return new ConversionPlanner(image, request.present(), request.wanted());
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
    try (Ciphers ciphers = unfinished.get().ciphers()) {
      Conversion conversion = new Conversion(image, unfinished.get().journal(), ciphers);
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
    unfinished.ifPresent(planned -> planned.ciphers().close());
    return unfinished.isPresent() || note.kept().isPresent();
  }

  /** Plans and writes nothing; {@code check} sees the layout. */
  void plan(ImageStorage image, SourceFormat format, Consumer<Layout> check) {
    ConversionPlanner.Planned planned = planner(image).fresh(format, random);
    try (Ciphers _ = planned.ciphers()) {
      check.accept(planned.journal().layout());
    }
  }

  /** Begins and finishes; {@code check} sees the layout before anything is written. */
  Done start(ImageStorage image, SourceFormat format, Consumer<Layout> check) {
    ConversionPlanner.Planned planned = planner(image).fresh(format, random);
    try (Ciphers ciphers = planned.ciphers()) {
      check.accept(planned.journal().layout());
      Conversion conversion = new Conversion(image, planned.journal(), ciphers);
      note.keep(planned.journal().layout().fileBefore());
      conversion.begin();
      note.drop();
      return finish(conversion, planned.journal().layout().start());
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
    try (Ciphers ciphers = unfinished.get().ciphers()) {
      Conversion conversion = new Conversion(image, unfinished.get().journal(), ciphers);
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
  private Conversion.Found recover(Conversion conversion) {
    Conversion.Found found = conversion.recover();
    note.drop();
    return found;
  }

  /** The journal was not whole when the power failed; nothing else had been written. */
  private boolean cutOffHalfAJournal(ImageStorage image) {
    OptionalLong before = note.kept();
    if (before.isPresent()) {
      image.cutTo(before.getAsLong());
      image.sync();
    }
    note.drop();
    return before.isPresent();
  }

  private Done finish(Conversion conversion, long watermark) {
    long disk = conversion.diskBytes();
    long moved = conversion.movedAt(watermark);
    crews.work(disk, moved, crew -> conversion.finish(watermark, crew));
    return new Done(InPlaceResult.Outcome.CONVERTED, disk, disk - moved);
  }

  private Done rollBack(Conversion conversion, long watermark) {
    long disk = conversion.diskBytes();
    long moved = conversion.movedAt(watermark);
    crews.work(disk, disk - moved, crew -> conversion.rollBack(watermark, crew));
    return new Done(InPlaceResult.Outcome.ROLLED_BACK, disk, moved);
  }
}
