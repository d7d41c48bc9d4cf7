package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageStorage;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/**
 * The journal of a conversion, at the end of the image's own file.
 *
 * <pre>
 * old header area    as it was, or nothing
 * new header area    as it will be, or nothing
 * held block, 4096   the first bytes of the disk where the marker lies, encrypted; or zeros
 * slot 0, 4096       progress records, written in turn
 * slot 1, 4096
 * descriptor, 4096   written once
 *
 * descriptor:   0 16 "KEYMOOR-JOURNAL\n"     48 8 to          76 4 length of the old header area
 *              16  4 version 1               56 8 disk size   80 4 length of the new header area
 *              20  4 zeros                   64 8 file length before
 *              24 16 id                      72 4 zeros       84 32 SHA-256 of areas and held block
 *              40  8 from                  4064 32 MAC of what is before
 *
 * slot:   0 16 id   16 8 sequence   24 8 state   32 8 watermark   40 32 MAC of what is before
 * </pre>
 *
 * <p>Nothing in here is believed before its MAC was checked, except where it lies: the disk's guest
 * can write a journal, too, but no MAC. Progress is read from the slot with the higher sequence
 * number of those whose MAC is right, so a record that is torn while it is written costs nothing.
 * Not thread-safe, but for {@link #record}, which one thread at a time calls.
 */
final class Journal {
  static final int ID_BYTES = 16;
  private static final byte[] MAGIC = "KEYMOOR-JOURNAL\n".getBytes(US_ASCII);
  private static final int VERSION = 1;
  private static final int MAC_BYTES = 32;
  private static final int MAC_AT = Layout.BLOCK - MAC_BYTES;
  private static final int SLOT_MAC_AT = 40;
  private static final int DIGEST_AT = 84;

  /** How far a conversion is; the numbers are the format's. */
  enum State {
    /** The journal is being made; the disk is where it was. */
    STARTING(1),
    /** The disk moves, one way or the other. */
    MOVING(2),
    /** All is in its new place; the first sector follows. */
    FINISHING(3),
    /** All is back in its old place; the first sector follows. */
    REVERTING(4);

    private final long number;

    State(long number) {
      this.number = number;
    }

    static Optional<State> numbered(long number) {
      return Arrays.stream(values()).filter(state -> state.number == number).findFirst();
    }
  }

  /** One progress record. */
  record Progress(long sequence, State state, long watermark) {}

  private final Layout layout;
  private final byte[] id;
  private final byte[] oldArea;
  private final byte[] newArea;
  private final byte[] held;

  Journal(Layout layout, byte[] id, byte[] oldArea, byte[] newArea, byte[] held) {
    this.layout = layout;
    this.id = id;
    this.oldArea = oldArea;
    this.newArea = newArea;
    this.held = held;
  }

  Layout layout() {
    return layout;
  }

  byte[] id() {
    return id;
  }

  byte[] oldArea() {
    return oldArea;
  }

  byte[] newArea() {
    return newArea;
  }

  /** The encrypted first bytes of the disk, {@link Layout#held} of them. */
  byte[] held() {
    return held;
  }

  /** What looks like a journal with its descriptor at {@code offset}, not yet authenticated. */
  static Optional<Journal> at(ImageBytes image, long fileLength, long offset) {
    if (offset < 0 || offset > fileLength - Layout.BLOCK) {
      return Optional.empty();
    }
    byte[] block = new byte[Layout.BLOCK];
    image.read(offset, block, 0, block.length);
    ByteBuffer descriptor = ByteBuffer.wrap(block);
    if (!Arrays.equals(block, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || descriptor.getInt(16) != VERSION) {
      return Optional.empty();
    }
    Layout layout =
        new Layout(
            descriptor.getLong(40),
            descriptor.getLong(48),
            descriptor.getLong(56),
            descriptor.getLong(64),
            descriptor.getInt(76),
            descriptor.getInt(80));
    if (!layout.isSound(fileLength) || layout.descriptorOffset() != offset) {
      return Optional.empty();
    }
    Journal journal =
        new Journal(
            layout,
            Arrays.copyOfRange(block, 24, 24 + ID_BYTES),
            bytes(image, layout.journalOffset(), layout.oldArea()),
            bytes(image, layout.journalOffset() + layout.oldArea(), layout.newArea()),
            bytes(image, layout.heldOffset(), layout.held()));
    byte[] said = Arrays.copyOfRange(block, DIGEST_AT, DIGEST_AT + MAC_BYTES);
    return MessageDigest.isEqual(journal.digest(), said) ? Optional.of(journal) : Optional.empty();
  }

  private static byte[] bytes(ImageBytes image, long offset, int length) {
    byte[] bytes = new byte[length];
    image.read(offset, bytes, 0, length);
    return bytes;
  }

  private byte[] digest() {
    MessageDigest digest = Digests.sha256();
    digest.update(oldArea);
    digest.update(newArea);
    return digest.digest(held);
  }

  /** Whether this journal was written by somebody with the key of the disk. */
  boolean isGenuine(ImageBytes image, JournalMac mac) {
    byte[] block = bytes(image, layout.descriptorOffset(), Layout.BLOCK);
    return mac.matches(block, MAC_AT) && Arrays.equals(block, 0, MAC_AT, descriptor(), 0, MAC_AT);
  }

  /** Writes all of the journal but its progress. */
  void write(ImageStorage image, JournalMac mac) {
    image.write(layout.journalOffset(), oldArea, 0, oldArea.length);
    image.write(layout.journalOffset() + oldArea.length, newArea, 0, newArea.length);
    image.write(layout.heldOffset(), held, 0, held.length);
    byte[] block = descriptor();
    mac.seal(block, MAC_AT);
    image.write(layout.descriptorOffset(), block, 0, block.length);
  }

  private byte[] descriptor() {
    return ByteBuffer.allocate(Layout.BLOCK)
        .put(0, MAGIC)
        .putInt(16, VERSION)
        .put(24, id)
        .putLong(40, layout.from())
        .putLong(48, layout.to())
        .putLong(56, layout.disk())
        .putLong(64, layout.fileBefore())
        .putInt(76, layout.oldArea())
        .putInt(80, layout.newArea())
        .put(DIGEST_AT, digest())
        .array();
  }

  /** Writes a progress record over the older of the two; nothing is synced. */
  void record(ImageStorage image, JournalMac mac, Progress progress) {
    byte[] slot =
        ByteBuffer.allocate(Layout.SECTOR)
            .put(0, id)
            .putLong(16, progress.sequence())
            .putLong(24, progress.state().number)
            .putLong(32, progress.watermark())
            .array();
    mac.seal(slot, SLOT_MAC_AT);
    image.write(layout.slotOffset(progress.sequence()), slot, 0, slot.length);
  }

  /** The newest genuine progress record. */
  Optional<Progress> progress(ImageBytes image, JournalMac mac) {
    Optional<Progress> even = slot(image, mac, 0);
    Optional<Progress> odd = slot(image, mac, 1);
    if (even.isEmpty() || odd.isEmpty()) {
      return even.or(() -> odd);
    }
    return even.get().sequence() > odd.get().sequence() ? even : odd;
  }

  private Optional<Progress> slot(ImageBytes image, JournalMac mac, int number) {
    byte[] slot = bytes(image, layout.slotOffset(number), Layout.SECTOR);
    if (!mac.matches(slot, SLOT_MAC_AT) || !Arrays.equals(slot, 0, ID_BYTES, id, 0, ID_BYTES)) {
      return Optional.empty();
    }
    ByteBuffer fields = ByteBuffer.wrap(slot);
    return State.numbered(fields.getLong(24))
        .map(state -> new Progress(fields.getLong(16), state, fields.getLong(32)));
  }
}
