package io.keymoor.disk.inplace;

import io.keymoor.disk.DiskException;
import io.keymoor.disk.DiskException.AlreadyEncrypted;
import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.NotEncrypted;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.DiskKey;
import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageSlice;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.Machine;
import io.keymoor.disk.luks.HashSpec;
import io.keymoor.disk.luks1.Luks1Header;
import io.keymoor.disk.luks1.Luks1Keys;
import io.keymoor.disk.luks1.NewLuks1Container;
import io.keymoor.disk.qcow2.Anatomy;
import io.keymoor.disk.qcow2.AreaPlan;
import io.keymoor.disk.qcow2.HeaderRewrite;
import io.keymoor.disk.qcow2.Patch;
import io.keymoor.disk.qcow2.Qcow2Header;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Looks for an unfinished overwriting of a qcow2 image, or plans a new one. Writes nothing. */
final class OverwritePlanner {
  private final ImageStorage image;
  private final DiskKey present;
  private final DiskKey wanted;
  private final Machine machine;

  OverwritePlanner(ImageStorage image, DiskKey present, DiskKey wanted, Machine machine) {
    this.image = image;
    this.present = present;
    this.wanted = wanted;
    this.machine = machine;
  }

  /** Where the header of {@code image} says that a journal's descriptor lies, if it does. */
  static Optional<Long> descriptorOffset(ImageBytes image) {
    byte[] head = new byte[HeaderRewrite.MARKER_BYTES];
    image.read(0, head, 0, head.length);
    return HeaderRewrite.isMarker(head)
        ? Optional.of(HeaderRewrite.journalOf(head))
        : Optional.empty();
  }

  /** What a crash has left; see {@link ConversionPlanner#unfinished}. */
  Optional<ConversionPlanner.Planned> unfinished() {
    long length = image.lengthNow();
    Optional<Long> marked = descriptorOffset(image);
    Optional<OverwriteJournal> found =
        marked
            .flatMap(offset -> OverwriteJournal.at(image, length, offset))
            .or(() -> OverwriteJournal.at(image, length, length - Layout.BLOCK));
    if (found.isEmpty() && marked.isPresent()) {
      throw new DamagedImage(
          image.name(), "it was being converted in place, and its journal is not sound");
    }
    return found.flatMap(journal -> genuine(journal, marked.isPresent()));
  }

  private Optional<ConversionPlanner.Planned> genuine(OverwriteJournal journal, boolean marked) {
    Ciphers ciphers;
    try {
      ciphers =
          Ciphers.unlock(
              image.name(), journal.oldArea(), present, journal.newArea(), wanted, machine);
    } catch (DiskException e) {
      if (marked) {
        throw e;
      }
      return Optional.empty();
    }
    try {
      boolean ours =
          journal.isGenuine(image, ciphers.mac())
              && (marked || !journal.slots(image, ciphers.mac()).isEmpty());
      if (ours) {
        return Optional.of(planned(journal, ciphers));
      }
      ciphers.close();
    } catch (RuntimeException e) {
      ciphers.close();
      throw e;
    }
    if (marked) {
      throw new DamagedImage(
          image.name(), "the journal of its conversion in place was changed by somebody else");
    }
    return Optional.empty();
  }

  private ConversionPlanner.Planned planned(OverwriteJournal journal, Ciphers ciphers) {
    ImageBytes before = new Before(image, journal.layout().fileBefore(), journal.patches());
    Qcow2Header header = Qcow2Header.read(before);
    return new ConversionPlanner.Planned(
        new Overwrite(image, journal, ciphers, header, () -> Anatomy.of(before, header)), ciphers);
  }

  /** An image as it was before its overwriting; its data aside. */
  private record Before(ImageBytes now, long length, List<Patch> patches) implements ImageBytes {
    @Override
    public String name() {
      return now.name();
    }

    @Override
    public void read(long position, byte[] into, int offset, int count) {
      now.read(position, into, offset, count);
      for (Patch patch : patches) {
        long from = Math.max(position, patch.offset());
        long to = Math.min(position + count, patch.offset() + patch.before().length);
        if (from < to) {
          System.arraycopy(
              patch.before(),
              (int) (from - patch.offset()),
              into,
              offset + (int) (from - position),
              (int) (to - from));
        }
      }
    }
  }

  /** A new overwriting of the image as it is. */
  ConversionPlanner.Planned fresh(Qcow2Header header, SecureRandom random) {
    requireConvertible(header);
    Anatomy anatomy = Anatomy.of(image, header);
    if (anatomy.holdsMemory() && !(wanted instanceof DiskKey.None)) {
      throw new UnsupportedImage(
          image.name(),
          "a snapshot in it holds the memory of a VM, which QEMU does not read from an encrypted"
              + " image; delete such snapshots first");
    }
    byte[] oldArea = savedArea(header);
    long areaBytes = oldArea.length == 0 ? Luks1Keys.PAYLOAD_OFFSET : replacement(header);
    byte[] newArea = newArea(areaBytes, random);
    AreaPlan plan = plan(header, areaBytes);
    byte[] patches = OverwriteJournal.encoded(plan.patches());
    OverwriteLayout layout =
        new OverwriteLayout(
            image.lengthNow(),
            plan.fileAfter(),
            plan.areaOffset(),
            plan.areaBytes(),
            oldArea.length,
            newArea.length,
            patches.length,
            OverwriteLayout.strideFor(
                anatomy.dataClusters() * header.clusterBytes(), header.clusterBytes()));
    if (!layout.isSound(Long.MAX_VALUE)) {
      throw new UnsupportedImage(
          image.name(), "so much of its refcounts would change that no journal holds it; copy it");
    }
    byte[] id = new byte[OverwriteJournal.ID_BYTES];
    random.nextBytes(id);
    Ciphers ciphers = Ciphers.unlock(image.name(), oldArea, present, newArea, wanted, machine);
    OverwriteJournal journal = new OverwriteJournal(layout, id, oldArea, newArea, patches);
    return new ConversionPlanner.Planned(
        new Overwrite(image, journal, ciphers, header, () -> anatomy), ciphers);
  }

  private void requireConvertible(Qcow2Header header) {
    switch (header.encryption()) {
      case NONE -> {
        if (!(present instanceof DiskKey.None)) {
          throw new NotEncrypted(image.name());
        }
      }
      case LEGACY_AES ->
          throw new UnsupportedImage(
              image.name(), "it uses qcow's old AES encryption; convert it with qemu-img first");
      case LUKS -> {
        if (present instanceof DiskKey.None) {
          throw new AlreadyEncrypted(image.name());
        }
      }
    }
    if (header.backing().isPresent()) {
      throw new UnsupportedImage(
          image.name(),
          "it has a backing file, which others may use and which would keep its old key; copy it,"
              + " which takes the chain along, or merge the chain first");
    }
    if (header.isDirty()) {
      throw new UnsupportedImage(
          image.name(),
          "QEMU did not close it, so its refcounts may be wrong; qemu-img check -r all mends that");
    }
  }

  private AreaPlan plan(Qcow2Header header, long areaBytes) {
    if (wanted instanceof DiskKey.None) {
      return AreaPlan.removed(image, header);
    }
    return present instanceof DiskKey.None
        ? AreaPlan.added(image, header, areaBytes)
        : AreaPlan.replaced(image, header, areaBytes);
  }

  /** The new header takes the place of the old one. */
  private long replacement(Qcow2Header header) {
    long room = Math.min(AreaPlan.roomBytes(header), Luks1Keys.PAYLOAD_OFFSET);
    if (room < Luks1Keys.SMALLEST_AREA && !(wanted instanceof DiskKey.None)) {
      throw new UnsupportedImage(
          image.name(), "its LUKS header of " + room + " bytes has no room for another; copy it");
    }
    return room;
  }

  private byte[] savedArea(Qcow2Header header) {
    if (present instanceof DiskKey.None) {
      return new byte[0];
    }
    ImageBytes area = new ImageSlice(image, header.cryptOffset(), header.cryptLength());
    long end = Luks1Header.read(area).keyslotsEnd();
    if (end > Math.min(Layout.LARGEST_AREA, header.cryptLength())) {
      throw new UnsupportedImage(
          image.name(), "its keyslots end " + end + " bytes after its LUKS header; copy it");
    }
    byte[] saved = new byte[(int) end];
    area.read(0, saved, 0, saved.length);
    return saved;
  }

  private byte[] newArea(long areaBytes, SecureRandom random) {
    if (wanted instanceof DiskKey.None) {
      return new byte[0];
    }
    try (NewLuks1Container container =
        Luks1Keys.create(wanted, HashSpec.SHA256, areaBytes, random, machine)) {
      return container.encodeArea();
    }
  }
}
