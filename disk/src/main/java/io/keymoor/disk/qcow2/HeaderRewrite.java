package io.keymoor.disk.qcow2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Headers made from a header: with a LUKS area or without, and the one that keeps everybody out
 * while the image is being converted. Of an image without a backing file.
 *
 * <pre>
 * the header that keeps out, 512 bytes: the fields as they were, version 3, with
 *   incompatible feature 63
 *   extension 6803F857   the name of that feature, which QEMU shows when it refuses
 *   extension 4B4D494E   "KMIN": id 16, offset of the journal's descriptor 8
 * </pre>
 */
public final class HeaderRewrite {
  /** The length of the header that keeps everybody out. */
  public static final int MARKER_BYTES = 512;

  private static final int SECTOR = 512;
  private static final int KEYMOOR = 0x4b4d494e;
  private static final int ID_BYTES = 16;
  private static final int NAME_BYTES = 46;
  private static final int NAMES_AT = Qcow2Header.VERSION_3_BYTES;
  private static final int KEYMOOR_AT = NAMES_AT + 8 + 48;
  private static final long KNOWN_AUTOCLEAR = 3;

  private final String name;
  private final byte[] cluster;
  private final int version;
  private final int fixedBytes;

  HeaderRewrite(ImageBytes image, Qcow2Header header) {
    this.name = image.name();
    this.version = header.version();
    this.cluster = new byte[header.clusterBytes()];
    image.read(0, cluster, 0, cluster.length);
    this.fixedBytes =
        version == 2 ? Qcow2Header.VERSION_2_BYTES : ByteBuffer.wrap(cluster).getInt(100);
  }

  /** The change from the present header to one with this LUKS area; none where it is empty. */
  Patch to(long cryptOffset, long cryptLength, long refcountTable, int refcountClusters) {
    byte[] after = with(cryptOffset, cryptLength, true);
    if (after.length > cluster.length) {
      after = with(cryptOffset, cryptLength, false);
    }
    if (after.length > cluster.length) {
      throw new UnsupportedImage(
          name, "its header has no room to say where a LUKS header lies; copy it instead");
    }
    ByteBuffer fields = ByteBuffer.wrap(after);
    fields.putInt(32, cryptLength > 0 ? Qcow2Header.LUKS : 0);
    fields.putLong(48, refcountTable).putInt(56, refcountClusters);
    if (version >= 3) {
      fields.putLong(88, fields.getLong(88) & KNOWN_AUTOCLEAR);
    }
    int length = Math.max(used(extensionsEnd()), used(after.length));
    return new Patch(0, Arrays.copyOf(cluster, length), Arrays.copyOf(after, length));
  }

  private int used(int bytes) {
    return Math.min(cluster.length, (bytes + SECTOR - 1) / SECTOR * SECTOR);
  }

  private byte[] with(long cryptOffset, long cryptLength, boolean names) {
    ByteBuffer out = ByteBuffer.allocate(cluster.length + 64);
    out.put(cluster, 0, fixedBytes);
    if (cryptLength > 0) {
      out.putInt(Qcow2Header.CRYPT_HEADER).putInt(16).putLong(cryptOffset).putLong(cryptLength);
    }
    ByteBuffer in = ByteBuffer.wrap(cluster);
    for (int at = fixedBytes; at < extensionsEnd() - 8; at = next(at)) {
      int type = in.getInt(at);
      if (type != Qcow2Header.CRYPT_HEADER && (names || type != Qcow2Header.FEATURE_NAMES)) {
        out.put(cluster, at, next(at) - at);
      }
    }
    out.putLong(0);
    return Arrays.copyOf(out.array(), out.position());
  }

  /** The first byte after the extension that ends the list. */
  private int extensionsEnd() {
    ByteBuffer in = ByteBuffer.wrap(cluster);
    int at = fixedBytes;
    while (at + 8 <= cluster.length && in.getInt(at) != Qcow2Header.END_OF_EXTENSIONS) {
      at = next(at);
    }
    return at + 8;
  }

  /** The parser has made sure that each one ends within the cluster, though its padding may not. */
  private int next(int at) {
    return Math.min(cluster.length, at + 8 + (ByteBuffer.wrap(cluster).getInt(at + 4) + 7 & ~7));
  }

  /** The header that keeps out, made from the first bytes of the one that was there. */
  public static byte[] marker(byte[] head, byte[] id, long journal) {
    ByteBuffer marker = ByteBuffer.allocate(SECTOR);
    int version = ByteBuffer.wrap(head).getInt(4);
    int kept = version == 2 ? Qcow2Header.VERSION_2_BYTES : Qcow2Header.VERSION_3_BYTES;
    marker.put(0, head, 0, kept).putInt(4, 3);
    marker.putLong(72, marker.getLong(72) | Qcow2Header.FEATURE_UNFINISHED);
    if (version == 2) {
      marker.putInt(96, 4);
    }
    marker.putInt(100, Qcow2Header.VERSION_3_BYTES);
    marker.putInt(NAMES_AT, Qcow2Header.FEATURE_NAMES).putInt(NAMES_AT + 4, 2 + NAME_BYTES);
    marker.put(NAMES_AT + 9, (byte) 63);
    marker.put(NAMES_AT + 10, "unfinished conversion in place by Keymoor".getBytes(US_ASCII));
    marker.putInt(KEYMOOR_AT, KEYMOOR).putInt(KEYMOOR_AT + 4, ID_BYTES + 8);
    marker.put(KEYMOOR_AT + 8, id, 0, ID_BYTES).putLong(KEYMOOR_AT + 8 + ID_BYTES, journal);
    return marker.array();
  }

  /** Whether these, 512 of them, are the first bytes of an image that is being converted. */
  public static boolean isMarker(byte[] head) {
    ByteBuffer header = ByteBuffer.wrap(head);
    return header.getInt(0) == Qcow2Header.MAGIC
        && header.getInt(4) == 3
        && (header.getLong(72) & Qcow2Header.FEATURE_UNFINISHED) != 0
        && header.getInt(KEYMOOR_AT) == KEYMOOR;
  }

  /** Where such a header says that the journal's descriptor lies. */
  public static long journalOf(byte[] marker) {
    return ByteBuffer.wrap(marker).getLong(KEYMOOR_AT + 8 + ID_BYTES);
  }
}
