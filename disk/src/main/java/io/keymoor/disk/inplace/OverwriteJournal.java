package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.ImageStorage;
import io.keymoor.disk.qcow2.Patch;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The journal of an overwriting, at the end of the image's own file; its parts begin at multiples
 * of 4096.
 *
 * <pre>
 * old LUKS header    as it was, or nothing
 * new LUKS header    as it will be, or nothing
 * patches            each: offset 8, length before 4, after 4, bytes before, bytes after
 * slot 0, slot 1     a record in 4096 bytes and a stride of clusters, written in turn
 * descriptor, 4096   written once
 *
 * descriptor:   0 16 "KEYMOOR-REWRITE\n"    40 8 file length before     72 4 length of the old header
 *              16  4 version 2              48 8 file length after      76 4 length of the new header
 *              20  4 zeros                  56 8 offset of LUKS area    80 4 length of the patches
 *              24 16 id                     64 8 its length             84 4 stride
 *                                           88 32 SHA-256 of both headers and the patches
 *                                         4064 32 MAC of what is before
 *
 * record:  0 16 id   16 8 sequence   24 8 state   32 8 first cluster   40 8 first cluster after
 *         48 8 length of the stride   56 32 its checksum   88 32 MAC of what is before
 * </pre>
 *
 * <p>A stride holds the data clusters from the first cluster on as they are when encrypted: as they
 * will be, or, where the image becomes clear, as they were. So no clear byte gets here. A slot of
 * which a part is missing is none: its {@link StrideChecksum} or its MAC is wrong. Used by one
 * thread at a time.
 */
final class OverwriteJournal {
  static final int ID_BYTES = 16;
  private static final byte[] MAGIC = "KEYMOOR-REWRITE\n".getBytes(US_ASCII);
  private static final int VERSION = 2;
  private static final int MAC_BYTES = 32;
  private static final int MAC_AT = Layout.BLOCK - MAC_BYTES;
  private static final int DIGEST_AT = 88;
  private static final int RECORD_DIGEST_AT = 56;
  private static final int RECORD_MAC_AT = 88;
  private static final int PATCH_HEAD = 16;

  /** How far an overwriting is; the numbers are the format's. */
  enum State {
    /** The journal is being made; the image is as it was. */
    STARTING(1),
    /** Clusters become what they shall be, from the first one on. */
    FORWARD(2),
    /** Clusters become what they were, from the last one back. */
    BACK(3),
    /** All clusters are what they shall be; the header follows. */
    FINISHING(4),
    /** All clusters are what they were; the header follows. */
    REVERTING(5);

    private final long number;

    State(long number) {
      this.number = number;
    }

    static Optional<State> numbered(long number) {
      return Arrays.stream(values()).filter(state -> state.number == number).findFirst();
    }
  }

  /**
   * A range of clusters that is being overwritten, with its data clusters as they are encrypted:
   * the first {@code length} bytes of {@code stride}.
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Slot(long sequence, State state, long first, long after, byte[] stride, int length) {}

  private final OverwriteLayout layout;
  private final byte[] id;
  private final byte[] oldArea;
  private final byte[] newArea;
  private final byte[] patches;

  OverwriteJournal(
      OverwriteLayout layout, byte[] id, byte[] oldArea, byte[] newArea, byte[] patches) {
    this.layout = layout;
    this.id = id;
    this.oldArea = oldArea;
    this.newArea = newArea;
    this.patches = patches;
  }

  OverwriteLayout layout() {
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

  /** The changes of header, first, and refcounts. Believed only of a genuine journal. */
  List<Patch> patches() {
    return decoded(patches);
  }

  static byte[] encoded(List<Patch> patches) {
    int length =
        patches.stream().mapToInt(p -> PATCH_HEAD + p.before().length + p.after().length).sum();
    ByteBuffer out = ByteBuffer.allocate(length);
    for (Patch patch : patches) {
      out.putLong(patch.offset()).putInt(patch.before().length).putInt(patch.after().length);
      out.put(patch.before()).put(patch.after());
    }
    return out.array();
  }

  private static List<Patch> decoded(byte[] bytes) {
    List<Patch> patches = new ArrayList<>();
    for (ByteBuffer in = ByteBuffer.wrap(bytes); in.hasRemaining(); ) {
      long offset = in.getLong();
      byte[] before = new byte[in.getInt()];
      byte[] after = new byte[in.getInt()];
      in.get(before).get(after);
      patches.add(new Patch(offset, before, after));
    }
    return patches;
  }

  /** What looks like a journal with its descriptor at {@code offset}, not yet authenticated. */
  static Optional<OverwriteJournal> at(ImageBytes image, long fileLength, long offset) {
    if (offset < 0 || offset > fileLength - Layout.BLOCK) {
      return Optional.empty();
    }
    byte[] block = bytes(image, offset, Layout.BLOCK);
    ByteBuffer descriptor = ByteBuffer.wrap(block);
    if (!Arrays.equals(block, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || descriptor.getInt(16) != VERSION) {
      return Optional.empty();
    }
    OverwriteLayout layout =
        new OverwriteLayout(
            descriptor.getLong(40),
            descriptor.getLong(48),
            descriptor.getLong(56),
            descriptor.getLong(64),
            descriptor.getInt(72),
            descriptor.getInt(76),
            descriptor.getInt(80),
            descriptor.getInt(84));
    if (!layout.isSound(fileLength) || layout.descriptorOffset() != offset) {
      return Optional.empty();
    }
    OverwriteJournal journal =
        new OverwriteJournal(
            layout,
            Arrays.copyOfRange(block, 24, 24 + ID_BYTES),
            bytes(image, layout.journalOffset(), layout.oldArea()),
            bytes(image, layout.newAreaOffset(), layout.newArea()),
            bytes(image, layout.patchesOffset(), layout.patches()));
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
    return digest.digest(patches);
  }

  /** Whether this journal was written by somebody with the key of the disk. */
  boolean isGenuine(ImageBytes image, JournalMac mac) {
    byte[] block = bytes(image, layout.descriptorOffset(), Layout.BLOCK);
    return mac.matches(block, MAC_AT) && Arrays.equals(block, 0, MAC_AT, descriptor(), 0, MAC_AT);
  }

  /** Writes all of the journal but its slots. */
  void write(ImageStorage image, JournalMac mac) {
    image.write(layout.journalOffset(), oldArea, 0, oldArea.length);
    image.write(layout.newAreaOffset(), newArea, 0, newArea.length);
    image.write(layout.patchesOffset(), patches, 0, patches.length);
    byte[] block = descriptor();
    mac.seal(block, MAC_AT);
    image.write(layout.descriptorOffset(), block, 0, block.length);
  }

  private byte[] descriptor() {
    return ByteBuffer.allocate(Layout.BLOCK)
        .put(0, MAGIC)
        .putInt(16, VERSION)
        .put(24, id)
        .putLong(40, layout.fileBefore())
        .putLong(48, layout.fileAfter())
        .putLong(56, layout.areaOffset())
        .putLong(64, layout.areaBytes())
        .putInt(72, layout.oldArea())
        .putInt(76, layout.newArea())
        .putInt(80, layout.patches())
        .putInt(84, layout.stride())
        .put(DIGEST_AT, digest())
        .array();
  }

  /** Writes a slot over the older of the two; nothing is synced. */
  void record(ImageStorage image, JournalMac mac, Slot slot) {
    byte[] record =
        ByteBuffer.allocate(Layout.SECTOR)
            .put(0, id)
            .putLong(16, slot.sequence())
            .putLong(24, slot.state().number)
            .putLong(32, slot.first())
            .putLong(40, slot.after())
            .putLong(48, slot.length())
            .put(RECORD_DIGEST_AT, StrideChecksum.of(slot.stride(), slot.length()))
            .array();
    mac.seal(record, RECORD_MAC_AT);
    long offset = layout.slotOffset(slot.sequence());
    image.write(offset, record, 0, record.length);
    image.write(offset + Layout.BLOCK, slot.stride(), 0, slot.length());
  }

  /** The whole and genuine slots, the older one first. */
  List<Slot> slots(ImageBytes image, JournalMac mac) {
    List<Slot> found = new ArrayList<>();
    slot(image, mac, 0).ifPresent(found::add);
    slot(image, mac, 1)
        .ifPresent(odd -> {
          boolean first = !found.isEmpty() && found.getFirst().sequence() > odd.sequence();
          found.add(first ? 0 : found.size(), odd);
        });
    return found;
  }

  private Optional<Slot> slot(ImageBytes image, JournalMac mac, int number) {
    byte[] record = bytes(image, layout.slotOffset(number), Layout.SECTOR);
    ByteBuffer fields = ByteBuffer.wrap(record);
    long length = fields.getLong(48);
    if (!mac.matches(record, RECORD_MAC_AT)
        || !Arrays.equals(record, 0, ID_BYTES, id, 0, ID_BYTES)
        || length < 0
        || length > layout.stride()) {
      return Optional.empty();
    }
    byte[] stride = bytes(image, layout.slotOffset(number) + Layout.BLOCK, (int) length);
    byte[] said = Arrays.copyOfRange(record, RECORD_DIGEST_AT, RECORD_DIGEST_AT + MAC_BYTES);
    if (!MessageDigest.isEqual(StrideChecksum.of(stride, stride.length), said)) {
      return Optional.empty();
    }
    return State.numbered(fields.getLong(24))
        .map(state ->
            new Slot(
                fields.getLong(16),
                state,
                fields.getLong(32),
                fields.getLong(40),
                stride,
                stride.length));
  }
}
