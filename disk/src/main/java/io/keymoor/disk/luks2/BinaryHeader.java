package io.keymoor.disk.luks2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.disk.ImageBytes;
import io.keymoor.disk.luks.HashSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;

/**
 * The binary header of LUKS2, big endian, 4096 bytes, and the JSON text behind it.
 *
 * <pre>
 *   0  6  magic "LUKS" BA BE, of the second copy "SKUL" BA BE
 *   6  2  version 2                  168  40  UUID as text
 *   8  8  header size with JSON      208  48  subsystem
 *  16  8  sequence number            256   8  offset of this copy
 *  24 48  label                      264 184  zeros
 *  72 32  hash of the checksum       448  64  checksum over the header size, with zeros here
 * 104 64  salt                       512      zeros
 * </pre>
 *
 * <p>A copy whose checksum is wrong is no copy: {@link #at} answers empty.
 *
 * @param sizeBytes of binary header and JSON together: a power of two from 16 KiB to 4 MiB
 */
record BinaryHeader(
    int sizeBytes, long sequence, String label, String uuid, String subsystem, String json) {
  static final int BYTES = 4096;
  static final int SMALLEST = 16 * 1024;
  static final int LARGEST = 4 * 1024 * 1024;
  private static final int CHECKSUM_AT = 448;
  private static final int CHECKSUM_FIELD = 64;
  private static final byte[] FIRST = {'L', 'U', 'K', 'S', (byte) 0xba, (byte) 0xbe};
  private static final byte[] SECOND = {'S', 'K', 'U', 'L', (byte) 0xba, (byte) 0xbe};

  /** The copy at {@code offset} of {@code area}, if a sound one is there. */
  static Optional<BinaryHeader> at(ImageBytes area, long offset) {
    byte[] fixed = new byte[BYTES];
    area.read(offset, fixed, 0, BYTES);
    ByteBuffer header = ByteBuffer.wrap(fixed);
    byte[] magic = offset == 0 ? FIRST : SECOND;
    long size = header.getLong(8);
    if (!Arrays.equals(fixed, 0, 6, magic, 0, 6)
        || header.getShort(6) != 2
        || header.getLong(256) != offset
        || size < SMALLEST
        || size > LARGEST
        || Long.bitCount(size) != 1
        || offset + size > area.length()) {
      return Optional.empty();
    }
    byte[] whole = new byte[(int) size];
    area.read(offset, whole, 0, whole.length);
    return checksumHolds(whole) ? Optional.of(decode(whole)) : Optional.empty();
  }

  private static boolean checksumHolds(byte[] whole) {
    Optional<HashSpec> hash = HashSpec.named(text(whole, 72, 32));
    if (hash.isEmpty()) {
      return false;
    }
    MessageDigest digest = hash.get().digest();
    byte[] said = Arrays.copyOfRange(whole, CHECKSUM_AT, CHECKSUM_AT + digest.getDigestLength());
    byte[] blank = whole.clone();
    Arrays.fill(blank, CHECKSUM_AT, CHECKSUM_AT + CHECKSUM_FIELD, (byte) 0);
    return MessageDigest.isEqual(digest.digest(blank), said);
  }

  private static BinaryHeader decode(byte[] whole) {
    ByteBuffer header = ByteBuffer.wrap(whole);
    int end = BYTES;
    while (end < whole.length && whole[end] != 0) {
      end++;
    }
    return new BinaryHeader(
        whole.length,
        header.getLong(16),
        text(whole, 24, 48),
        text(whole, 168, 40),
        text(whole, 208, 48),
        new String(whole, BYTES, end - BYTES, StandardCharsets.UTF_8));
  }

  /** Both copies as they lie on disk, one after the other. */
  byte[] encodeBoth(SecureRandom random) {
    byte[] both = new byte[2 * sizeBytes];
    System.arraycopy(encode(FIRST, 0, random), 0, both, 0, sizeBytes);
    System.arraycopy(encode(SECOND, sizeBytes, random), 0, both, sizeBytes, sizeBytes);
    return both;
  }

  private byte[] encode(byte[] magic, long offset, SecureRandom random) {
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    if (text.length >= sizeBytes - BYTES) {
      throw new IllegalStateException(
          "the metadata has " + text.length + " bytes and its area " + (sizeBytes - BYTES));
    }
    byte[] salt = new byte[64];
    random.nextBytes(salt);
    ByteBuffer header = ByteBuffer.allocate(sizeBytes);
    header.put(0, magic).putShort(6, (short) 2).putLong(8, sizeBytes).putLong(16, sequence);
    header.put(24, label.getBytes(US_ASCII)).put(72, "sha256".getBytes(US_ASCII)).put(104, salt);
    header.put(168, uuid.getBytes(US_ASCII)).put(208, subsystem.getBytes(US_ASCII));
    header.putLong(256, offset).put(BYTES, text);
    return header.put(CHECKSUM_AT, HashSpec.SHA256.digest().digest(header.array())).array();
  }

  boolean hasRoomFor(String newJson) {
    return newJson.getBytes(StandardCharsets.UTF_8).length < sizeBytes - BYTES;
  }

  /** The next state of the same container. */
  BinaryHeader with(String newJson) {
    return new BinaryHeader(sizeBytes, sequence + 1, label, uuid, subsystem, newJson);
  }

  private static String text(byte[] bytes, int at, int length) {
    int end = at;
    while (end < at + length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, at, end - at, US_ASCII).replaceAll("[^ -~]", "?");
  }
}
