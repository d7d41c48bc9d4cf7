package io.keymoor.disk.inplace;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.engine.Detected;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What lies at the start of a file while its disk moves, so that nothing opens or boots it.
 *
 * <pre>
 * 0 16 "KEYMOOR-INPLACE\n"   16 16 id   32 8 offset of the journal's descriptor   40 text
 * </pre>
 */
final class Marker {
  private static final byte[] MAGIC = Detected.UNFINISHED_CONVERSION.getBytes(US_ASCII);
  private static final byte[] TEXT =
      """

      This disk is being encrypted, decrypted or re-encrypted in place by Keymoor. It is whole, and
      opens again once the operation was resumed or rolled back: keymoor disk --help.
      """
          .getBytes(US_ASCII);

  private Marker() {}

  static byte[] of(Journal journal) {
    ByteBuffer marker = ByteBuffer.allocate(Layout.BLOCK);
    marker.put(0, MAGIC).put(16, journal.id()).putLong(32, journal.layout().descriptorOffset());
    marker.put(40, TEXT);
    return Arrays.copyOf(marker.array(), journal.layout().markerBytes());
  }

  /** Where the marker of {@code image} says that the descriptor lies, if there is one. */
  static Optional<Long> descriptorOffset(ImageBytes image) {
    byte[] start = new byte[Layout.SECTOR];
    image.read(0, start, 0, start.length);
    return Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        ? Optional.of(ByteBuffer.wrap(start).getLong(32))
        : Optional.empty();
  }

  /** Whether each byte of {@code torn} is one of {@code before} or of {@code after}. */
  static boolean isBetween(byte[] torn, byte[] before, byte[] after) {
    for (int i = 0; i < torn.length; i++) {
      if (torn[i] != before[i] && torn[i] != after[i]) {
        return false;
      }
    }
    return true;
  }
}
