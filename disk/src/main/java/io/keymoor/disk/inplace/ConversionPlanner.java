package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.engine.Detected;
import io.keymoor.disk.engine.LuksVersion;
import io.keymoor.disk.engine.SourceFormat;
import java.security.SecureRandom;
import java.util.Optional;

/** Looks for an unfinished conversion, or plans a new one. Writes nothing. */
final class ConversionPlanner {
  private final ImageStorage image;
  private final DiskKey present;
  private final DiskKey wanted;
  private final Optional<LuksVersion> luks;
  private final Machine machine;

  /** A planner for a container of which kind it is now, or LUKS1. */
  ConversionPlanner(ImageStorage image, DiskKey present, DiskKey wanted) {
    this(image, present, wanted, Optional.empty(), Machine.JAVA);
  }

  ConversionPlanner(
      ImageStorage image,
      DiskKey present,
      DiskKey wanted,
      Optional<LuksVersion> luks,
      Machine machine) {
    this.image = image;
    this.present = present;
    this.wanted = wanted;
    this.luks = luks;
    this.machine = machine;
  }

  /** What is to be done and what opens both sides; whoever gets it closes it. */
  record Planned(Undertaking undertaking, Ciphers ciphers) implements AutoCloseable {
    @Override
    public void close() {
      ciphers.close();
    }
  }

  /**
   * The conversion that a crash has left. Where the marker is there, a journal has to be, and the
   * keys have to fit; it is at the end of the file if the marker is torn and points nowhere.
   * Without a marker what looks like a journal may be the guest's own doing, and is one only if its
   * MAC is right.
   */
  Optional<Planned> unfinished() {
    Optional<Planned> overwriting =
        new OverwritePlanner(image, present, wanted, machine).unfinished();
    return overwriting.isPresent() ? overwriting : unfinishedMove();
  }

  private Optional<Planned> unfinishedMove() {
    long length = image.lengthNow();
    Optional<Long> marked = Marker.descriptorOffset(image);
    if (marked.isPresent()) {
      Journal journal =
          Journal.at(image, length, marked.get())
              .or(() -> Journal.at(image, length, length - Layout.BLOCK))
              .orElseThrow(() ->
                  new DamagedImage(
                      image.name(),
                      "it was being converted in place, and its journal is not sound"));
      Ciphers ciphers = unlock(journal);
      if (!journal.isGenuine(image, ciphers.mac())) {
        ciphers.close();
        throw new DamagedImage(
            image.name(), "the journal of its conversion in place was changed by somebody else");
      }
      return Optional.of(planned(journal, ciphers));
    }
    return Journal.at(image, length, length - Layout.BLOCK).flatMap(this::ifGenuine);
  }

  private Planned planned(Journal journal, Ciphers ciphers) {
    return new Planned(new Conversion(image, journal, ciphers), ciphers);
  }

  private Ciphers unlock(Journal journal) {
    return Ciphers.unlock(
        image.name(), journal.oldArea(), present, journal.newArea(), wanted, machine);
  }

  private Optional<Planned> ifGenuine(Journal journal) {
    Ciphers ciphers;
    try {
      ciphers = unlock(journal);
    } catch (DiskException e) {
      return Optional.empty();
    }
    boolean begun = journal.progress(image, ciphers.mac()).isPresent();
    if (begun && journal.isGenuine(image, ciphers.mac())) {
      return Optional.of(planned(journal, ciphers));
    }
    ciphers.close();
    return Optional.empty();
  }

  /** A new conversion of the image as it is. */
  Planned fresh(SourceFormat format, SecureRandom random) {
    if (Detected.in(image, format) instanceof Detected.Qcow2 qcow2) {
      if (luks.equals(Optional.of(LuksVersion.LUKS2))) {
        throw new UnsupportedImage(image.name(), "QEMU opens no LUKS2 inside qcow2; choose LUKS1");
      }
      return new OverwritePlanner(image, present, wanted, machine).fresh(qcow2.header(), random);
    }
    RawContainer before = before(format);
    RawContainer after =
        wanted instanceof DiskKey.None
            ? before.bare()
            : before.moved(wanted, luks.orElse(before.luks()), random, machine);
    Layout layout =
        new Layout(
            before.offset(),
            after.offset(),
            before.disk(),
            image.lengthNow(),
            before.area().length,
            after.area().length);
    if (!layout.isSound(Long.MAX_VALUE)) {
      throw new UnsupportedImage(
          image.name(), "its LUKS header leaves no gap to move the disk by; copy it instead");
    }
    return planned(layout, before.area(), after.area(), random);
  }

  private Planned planned(Layout layout, byte[] oldArea, byte[] newArea, SecureRandom random) {
    byte[] id = new byte[Journal.ID_BYTES];
    random.nextBytes(id);
    Ciphers ciphers = Ciphers.unlock(image.name(), oldArea, present, newArea, wanted, machine);
    byte[] held = new byte[layout.held()];
    image.read(layout.from(), held, 0, held.length);
    if (layout.wasClear()) {
      ciphers.fresh().encrypt(0, held, 0, held.length);
    }
    return planned(new Journal(layout, id, oldArea, newArea, held), ciphers);
  }

  private RawContainer before(SourceFormat format) {
    boolean clear = present instanceof DiskKey.None;
    return switch (Detected.in(image, format)) {
      case Detected.Plain plain -> {
        if (!clear) {
          throw new NotEncrypted(image.name());
        }
        yield RawContainer.clear(image);
      }
      case Detected.Luks1 luks1 -> {
        requireKey();
        yield RawContainer.of(image, luks1.header());
      }
      case Detected.Luks2 luks2 -> {
        requireKey();
        yield RawContainer.of(image, luks2.header());
      }
      case Detected.Qcow2 qcow2 ->
          throw new IllegalStateException(image.name() + " is a qcow2 image, which does not move");
    };
  }

  private void requireKey() {
    if (present instanceof DiskKey.None) {
      throw new AlreadyEncrypted(image.name());
    }
  }
}
