package io.keymoor.disk.qcow2;

import io.keymoor.disk.DiskException.DamagedImage;
import io.keymoor.disk.DiskException.UnsupportedImage;
import io.keymoor.disk.ImageBytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The qcow2 header, big endian, in the first cluster.
 *
 * <pre>
 *  0 4 magic "QFI" FB               64 8 offset of the snapshot table
 *  4 4 version 2 or 3               --- version 3 only ---
 *  8 8 offset of the backing name   72 8 incompatible features
 * 16 4 its length, at most 1023     80 8 compatible features
 * 20 4 cluster bits, 9..21          88 8 autoclear features
 * 24 8 size of the disk             96 4 refcount order, 0..6
 * 32 4 encryption 0, 1 AES, 2 LUKS 100 4 header length, at least 104
 * 36 4 entries of the L1 table     104 1 compression type, 0 zlib
 * 40 8 its offset
 * 48 8 offset of the refcount table, 56 4 its clusters
 * 60 4 number of snapshots
 *
 * incompatible features: 0 dirty, 1 corrupt, 2 external data file, 3 compression type,
 *                        4 extended L2 entries, 63 Keymoor is converting it in place
 *
 * then extensions: type 4, length 4, data padded to 8; type 0 ends the list
 *   E2792ACA  format of the backing file, a name
 *   0537BE77  where the LUKS header lies: offset 8, length 8
 *   44415441  external data file
 * </pre>
 *
 * <p>Parsing checks every field before anything is allocated from it.
 *
 * @param sizeBytes the guest-visible size, rounded up to whole sectors
 * @param cryptOffset of the LUKS header in the file, when {@code encryption} is LUKS
 * @param snapshots the number of internal snapshots
 * @param extendedL2 whether L2 entries tell 32 subclusters apart
 * @param books where the bookkeeping lies that only who changes the image needs; not checked
 */
public record Qcow2Header(
    int version,
    int clusterBits,
    long sizeBytes,
    int l1Entries,
    long l1Offset,
    Encryption encryption,
    long cryptOffset,
    long cryptLength,
    int snapshots,
    Optional<Backing> backing,
    boolean extendedL2,
    Books books) {

  /** The value of the header's encryption field. */
  public enum Encryption {
    NONE,
    LEGACY_AES,
    LUKS
  }

  /**
   * What counts the use of clusters, and keeps snapshots.
   *
   * @param dirty whether the refcounts may be wrong
   * @param foreign whether an extension is there that may name clusters only its makers know
   */
  record Books(
      boolean dirty,
      long refcountTable,
      int refcountClusters,
      int refcountOrder,
      long snapshotTable,
      boolean foreign) {}

  /** The backing file as the image names it; an empty format was not recorded. */
  public record Backing(String name, String format) {}

  static final int MAGIC = 0x514649fb;
  static final int VERSION_2_BYTES = 72;
  static final int VERSION_3_BYTES = 104;
  static final int END_OF_EXTENSIONS = 0;
  static final int BACKING_FORMAT = 0xe2792aca;
  static final int CRYPT_HEADER = 0x0537be77;
  static final int FEATURE_NAMES = 0x6803f857;
  static final int LUKS = 2;
  private static final int EXTERNAL_DATA = 0x44415441;

  private static final long FEATURE_DIRTY = 1;
  private static final long FEATURE_CORRUPT = 2;
  private static final long FEATURE_EXTERNAL_DATA = 4;
  private static final long FEATURE_COMPRESSION = 8;
  private static final long FEATURE_EXTENDED_L2 = 16;

  /** Set while the image is being converted in place; no other program knows it. */
  static final long FEATURE_UNFINISHED = 1L << 63;

  private static final int SMALLEST_EXTENDED_CLUSTER_BITS = 14;
  private static final int USUAL_REFCOUNT_ORDER = 4;

  private static final int LARGEST_L1_BYTES = 32 * 1024 * 1024;
  private static final int LONGEST_BACKING_NAME = 1023;
  private static final int MOST_SNAPSHOTS = 65536;
  private static final long LARGEST_DISK = 1L << 56;
  private static final long LARGEST_CRYPT_HEADER = 64L << 20;

  /** True when an image that starts with these bytes says it is qcow. */
  public static boolean startsLikeQcow(byte[] start) {
    return start.length >= 4 && ByteBuffer.wrap(start).getInt(0) == MAGIC;
  }

  public int clusterBytes() {
    return 1 << clusterBits;
  }

  /** Whether its refcounts may be wrong, because QEMU did not close it. */
  public boolean isDirty() {
    return books.dirty();
  }

  /** The least that an L2 entry tells apart: a subcluster, or a cluster. */
  int unitBytes() {
    return extendedL2 ? clusterBytes() / 32 : clusterBytes();
  }

  /** The longs of one L2 entry. */
  int l2EntryLongs() {
    return extendedL2 ? 2 : 1;
  }

  /** Entries of one L2 table, which fills one cluster. */
  int l2Entries() {
    return 1 << (clusterBits - (extendedL2 ? 4 : 3));
  }

  /** The bytes of the disk that one L2 table maps. */
  long l2Span() {
    return (long) l2Entries() << clusterBits;
  }

  /** Reads and checks the header of {@code image}. */
  public static Qcow2Header read(ImageBytes image) {
    return new Parser(image).parse();
  }

  /** One run over one header. */
  private static final class Parser {
    private final ImageBytes image;
    private final String name;
    private ByteBuffer header = ByteBuffer.allocate(0);
    private String backingFormat = "";
    private long cryptOffset;
    private long cryptLength;
    private long features;
    private boolean foreign;
    private int refcountOrder = USUAL_REFCOUNT_ORDER;

    Parser(ImageBytes image) {
      this.image = image;
      this.name = image.name();
    }

    Qcow2Header parse() {
      if (image.length() < VERSION_2_BYTES) {
        throw damaged("it ends within the qcow2 header");
      }
      byte[] fixed = new byte[VERSION_3_BYTES + 8];
      image.read(0, fixed, 0, fixed.length);
      header = ByteBuffer.wrap(fixed);
      int version = version();
      int clusterBits = header.getInt(20);
      if (clusterBits < 9 || clusterBits > 21) {
        throw damaged("its cluster size is 2^" + Integer.toUnsignedString(clusterBits));
      }
      byte[] first = new byte[(int) Math.min(1L << clusterBits, image.length())];
      image.read(0, first, 0, first.length);
      header = ByteBuffer.wrap(first);
      int extensionsAt = version == 2 ? VERSION_2_BYTES : version3(first.length);
      readExtensions(extensionsAt);
      long size = size();
      int l1Entries = l1Entries(size, clusterBits);
      Encryption encryption = encryption(clusterBits);
      return new Qcow2Header(
          version,
          clusterBits,
          size,
          l1Entries,
          header.getLong(40),
          encryption,
          cryptOffset,
          cryptLength,
          snapshots(),
          backing(),
          isExtended(),
          books());
    }

    private boolean isExtended() {
      return (features & FEATURE_EXTENDED_L2) != 0;
    }

    private Books books() {
      return new Books(
          (features & FEATURE_DIRTY) != 0,
          header.getLong(48),
          header.getInt(56),
          refcountOrder,
          header.getLong(64),
          foreign);
    }

    private int version() {
      if (header.getInt(0) != MAGIC) {
        throw damaged("the qcow2 magic is missing");
      }
      int version = header.getInt(4);
      if (version != 2 && version != 3) {
        throw unsupported("it is qcow version " + Integer.toUnsignedString(version));
      }
      return version;
    }

    /** Checks what version 3 added and returns the header's length. */
    private int version3(int clusterLength) {
      long length =
          clusterLength < VERSION_3_BYTES ? 0 : Integer.toUnsignedLong(header.getInt(100));
      if (length < VERSION_3_BYTES || length > clusterLength) {
        throw damaged("its header is said to be " + length + " bytes long");
      }
      int compression = length > VERSION_3_BYTES ? header.get(VERSION_3_BYTES) : 0;
      features = header.getLong(72);
      requireKnownFeatures(compression);
      refcountOrder = header.getInt(96);
      if (Integer.compareUnsigned(refcountOrder, 6) > 0) {
        throw damaged("its refcounts have an impossible width");
      }
      return (int) length;
    }

    private void requireKnownFeatures(int compression) {
      if ((features & FEATURE_UNFINISHED) != 0) {
        throw unsupported("its conversion in place is unfinished; resume it or roll it back first");
      }
      if ((features & FEATURE_CORRUPT) != 0) {
        throw damaged("QEMU has marked it as corrupt");
      }
      if ((features & FEATURE_EXTERNAL_DATA) != 0) {
        throw unsupported("its data lies in an external data file");
      }
      if (isExtended() && header.getInt(20) < SMALLEST_EXTENDED_CLUSTER_BITS) {
        throw damaged("its clusters are too small for extended L2 entries");
      }
      if ((features & FEATURE_COMPRESSION) != 0 || compression != 0) {
        throw unsupported(
            compression == 1
                ? "it is compressed with zstd"
                : "it is compressed by method " + compression);
      }
      long unknown = features & ~(FEATURE_DIRTY | FEATURE_CORRUPT | FEATURE_EXTENDED_L2);
      if (unknown != 0) {
        throw unsupported("it needs unknown features 0x" + Long.toHexString(unknown));
      }
    }

    private void readExtensions(int start) {
      int at = start;
      while (at + 8 <= header.limit()) {
        int type = header.getInt(at);
        long length = Integer.toUnsignedLong(header.getInt(at + 4));
        if (type == END_OF_EXTENSIONS) {
          return;
        }
        if (length > header.limit() - at - 8) {
          throw damaged("a header extension reaches out of the first cluster");
        }
        readExtension(type, at + 8, (int) length);
        at += 8 + (int) (length + 7 & ~7);
      }
    }

    private void readExtension(int type, int at, int length) {
      switch (type) {
        case BACKING_FORMAT -> backingFormat = text(header.array(), at, length);
        case CRYPT_HEADER -> {
          if (length != 16) {
            throw damaged("its encryption header extension has " + length + " bytes");
          }
          cryptOffset = header.getLong(at);
          cryptLength = header.getLong(at + 8);
        }
        case EXTERNAL_DATA -> throw unsupported("its data lies in an external data file");
        case FEATURE_NAMES -> {}
        // Unknown extensions may be ignored, says the specification.
        default -> foreign = true;
      }
    }

    private long size() {
      long size = header.getLong(24);
      if (size < 0 || size > LARGEST_DISK) {
        throw damaged("it claims a size of " + Long.toUnsignedString(size) + " bytes");
      }
      return size + 511 & ~511L;
    }

    private int l1Entries(long size, int clusterBits) {
      long entries = Integer.toUnsignedLong(header.getInt(36));
      long span = 1L << (2 * clusterBits - (isExtended() ? 4 : 3));
      if (entries * 8 > LARGEST_L1_BYTES) {
        throw damaged("its L1 table has " + entries + " entries");
      }
      if (entries < (size + span - 1) / span) {
        throw damaged("its L1 table is too small for the disk");
      }
      if (entries > 0) {
        requireInFile("the L1 table", header.getLong(40), entries * 8, clusterBits);
      }
      return (int) entries;
    }

    private Encryption encryption(int clusterBits) {
      int method = header.getInt(32);
      return switch (method) {
        case 0 -> Encryption.NONE;
        case 1 -> Encryption.LEGACY_AES;
        case LUKS -> {
          if (cryptLength < 0 || cryptLength > LARGEST_CRYPT_HEADER) {
            throw damaged("its LUKS header is said to be " + cryptLength + " bytes long");
          }
          requireInFile("the LUKS header", cryptOffset, cryptLength, clusterBits);
          yield Encryption.LUKS;
        }
        default ->
            throw unsupported("it is encrypted by method " + Integer.toUnsignedString(method));
      };
    }

    private void requireInFile(String what, long offset, long length, int clusterBits) {
      boolean aligned = (offset & (1L << clusterBits) - 1) == 0;
      if (!aligned || offset <= 0 || offset > image.length() - length) {
        throw damaged(what + " lies at " + Long.toUnsignedString(offset) + ", out of bounds");
      }
    }

    private int snapshots() {
      int snapshots = header.getInt(60);
      if (snapshots < 0 || snapshots > MOST_SNAPSHOTS) {
        throw damaged("it claims " + Integer.toUnsignedString(snapshots) + " snapshots");
      }
      return snapshots;
    }

    private Optional<Backing> backing() {
      long offset = header.getLong(8);
      if (offset == 0) {
        return Optional.empty();
      }
      long length = Integer.toUnsignedLong(header.getInt(16));
      if (length == 0 || length > LONGEST_BACKING_NAME) {
        throw damaged("the name of its backing file is " + length + " bytes long");
      }
      if (offset < 0 || offset > header.limit() - length) {
        throw damaged("the name of its backing file lies outside the first cluster");
      }
      return Optional.of(
          new Backing(text(header.array(), (int) offset, (int) length), backingFormat));
    }

    private String text(byte[] bytes, int offset, int length) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(ByteBuffer.wrap(bytes, offset, length))
            .toString();
      } catch (CharacterCodingException e) {
        throw damaged("a name in its header is not UTF-8 text");
      }
    }

    private DamagedImage damaged(String damage) {
      return new DamagedImage(name, damage);
    }

    private UnsupportedImage unsupported(String feature) {
      return new UnsupportedImage(name, feature);
    }
  }
}
