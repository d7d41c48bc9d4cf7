package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.EmptyDisk;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.engine.Detected;
import io.keymoor.disk.engine.SourceFormat;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks.LuksSource;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks1.NewLuks1Container;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/** Looks for an unfinished conversion, or plans a new one. Writes nothing. */
final class ConversionPlanner {
  private final ImageStorage image;
  private final DiskKey present;
  private final DiskKey wanted;

  ConversionPlanner(ImageStorage image, DiskKey present, DiskKey wanted) {
    this.image = image;
    this.present = present;
    this.wanted = wanted;
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
    Optional<Planned> overwriting = new OverwritePlanner(image, present, wanted).unfinished();
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
    return Ciphers.unlock(image.name(), journal.oldArea(), present, journal.newArea(), wanted);
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
      return new OverwritePlanner(image, present, wanted).fresh(qcow2.header(), random);
    }
    long length = image.lengthNow();
    byte[] oldArea = new byte[0];
    long from = 0;
    long disk = -Math.floorDiv(-length, Layout.SECTOR) * Layout.SECTOR;
    if (present instanceof DiskKey.None) {
      requireClear(format);
    } else {
      Luks1Header header = luks1(format);
      from = header.payloadOffset();
      disk = LuksSource.Payload.upToTheEnd(image, from).bytes();
      oldArea = savedArea(header);
    }
    requireSomeDisk(disk);
    if (wanted instanceof DiskKey.None) {
      return planned(
          new Layout(from, 0, disk, length, oldArea.length, 0), oldArea, new byte[0], random);
    }
    long to = oldArea.length == 0 ? Layout.gapFor(disk) : Layout.nextPayloadOffset(from, disk);
    byte[] newArea = newArea(to, random);
    return planned(
        new Layout(from, to, disk, length, oldArea.length, newArea.length),
        oldArea,
        newArea,
        random);
  }

  private Planned planned(Layout layout, byte[] oldArea, byte[] newArea, SecureRandom random) {
    if (!layout.isSound(Long.MAX_VALUE)) {
      throw new UnsupportedImage(
          image.name(), "its LUKS header leaves no gap to move the disk by; copy it instead");
    }
    byte[] id = new byte[Journal.ID_BYTES];
    random.nextBytes(id);
    Ciphers ciphers = Ciphers.unlock(image.name(), oldArea, present, newArea, wanted);
    byte[] held = new byte[layout.held()];
    image.read(layout.from(), held, 0, held.length);
    if (layout.wasClear()) {
      ciphers.fresh().encrypt(0, held, 0, held.length);
    }
    return planned(new Journal(layout, id, oldArea, newArea, held), ciphers);
  }

  private void requireClear(SourceFormat format) {
    switch (Detected.in(image, format)) {
      case Detected.Plain plain -> {}
      case Detected.Luks1 luks -> throw new AlreadyEncrypted(image.name());
      case Detected.Luks2 luks -> throw new AlreadyEncrypted(image.name());
      case Detected.Qcow2 qcow2 -> throw notRaw();
    }
  }

  private Luks1Header luks1(SourceFormat format) {
    return switch (Detected.in(image, format)) {
      case Detected.Plain plain -> throw new NotEncrypted(image.name());
      case Detected.Luks1 luks -> luks.header();
      case Detected.Luks2 luks ->
          throw new UnsupportedImage(
              image.name(), "LUKS2 is not converted in place here; copy it instead");
      case Detected.Qcow2 qcow2 -> throw notRaw();
    };
  }

  private IllegalStateException notRaw() {
    return new IllegalStateException(image.name() + " is a qcow2 image, which does not move");
  }

  private void requireSomeDisk(long disk) {
    if (disk == 0) {
      throw new EmptyDisk(image.name());
    }
  }

  /** Header and keyslots in use, which is all that is needed to open the disk again. */
  private byte[] savedArea(Luks1Header header) {
    long end = header.keyslotsEnd();
    if (end > Layout.LARGEST_AREA) {
      throw new UnsupportedImage(
          image.name(), "its keyslots lie " + end + " bytes into the file; copy it instead");
    }
    byte[] area = new byte[(int) roundedUp(end)];
    image.read(0, area, 0, area.length);
    return area;
  }

  private byte[] newArea(long payloadOffset, SecureRandom random) {
    try (NewLuks1Container container =
        Luks1Keys.create(wanted, HashSpec.SHA256, payloadOffset, random)) {
      byte[] area = container.encodeArea();
      return Arrays.copyOf(area, (int) roundedUp(area.length));
    }
  }

  private static long roundedUp(long bytes) {
    return (bytes + Layout.BLOCK - 1) & -Layout.BLOCK;
  }
}
