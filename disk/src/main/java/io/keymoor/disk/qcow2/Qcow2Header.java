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
    Optional<Backing> backing) {

  /** The value of the header's encryption field. */
  public enum Encryption {
    NONE,
    LEGACY_AES,
    LUKS
  }

  /** The backing file as the image names it; an empty format was not recorded. */
  public record Backing(String name, String format) {}

  static final int MAGIC = 0x514649fb;
  static final int VERSION_2_BYTES = 72;
  static final int VERSION_3_BYTES = 104;
  static final int END_OF_EXTENSIONS = 0;
  static final int BACKING_FORMAT = 0xe2792aca;
  static final int CRYPT_HEADER = 0x0537be77;
  static final int LUKS = 2;
  private static final int EXTERNAL_DATA = 0x44415441;

  private static final long FEATURE_DIRTY = 1;
  private static final long FEATURE_CORRUPT = 2;
  private static final long FEATURE_EXTERNAL_DATA = 4;
  private static final long FEATURE_COMPRESSION = 8;
  private static final long FEATURE_EXTENDED_L2 = 16;

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

  /** Entries of one L2 table, which fills one cluster. */
  int l2Entries() {
    return 1 << (clusterBits - 3);
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
          backing());
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
      requireKnownFeatures(header.getLong(72), compression);
      if (Integer.compareUnsigned(header.getInt(96), 6) > 0) {
        throw damaged("its refcounts have an impossible width");
      }
      return (int) length;
    }

    private void requireKnownFeatures(long features, int compression) {
      if ((features & FEATURE_CORRUPT) != 0) {
        throw damaged("QEMU has marked it as corrupt");
      }
      if ((features & FEATURE_EXTERNAL_DATA) != 0) {
        throw unsupported("its data lies in an external data file");
      }
      if ((features & FEATURE_EXTENDED_L2) != 0) {
        throw unsupported("it uses extended L2 entries (subclusters)");
      }
      if ((features & FEATURE_COMPRESSION) != 0 || compression != 0) {
        throw unsupported(
            compression == 1
                ? "it is compressed with zstd"
                : "it is compressed by method " + compression);
      }
      long unknown = features & ~(FEATURE_DIRTY | FEATURE_CORRUPT);
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
        default -> {
          // Unknown extensions may be ignored, says the specification.
        }
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
      long span = 1L << (2 * clusterBits - 3);
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
