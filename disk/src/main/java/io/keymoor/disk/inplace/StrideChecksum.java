package io.keymoor.disk.inplace;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells a stride in the journal from one of which a part, be it a single sector, never reached the
 * disk: that goes unnoticed once in 2^64 times.
 *
 * <pre>
 * SHA-256 of: for each 65536 bytes, of which the last may be fewer, CRC-32 4, CRC-32C 4
 * </pre>
 *
 * <p>For accidents alone. A stride is the ciphertext of clusters, so whoever could make another one
 * with the same checksum could as well write it where those clusters lie; XTS prevents neither.
 * Both polynomials have no factor in common, so that two CRCs of 32 bits are as good as one of 64,
 * and both are what processors and the Java runtime are fastest at.
 */
final class StrideChecksum {
  private static final int UNIT = 64 * 1024;

  private StrideChecksum() {}

  /** Of the first {@code length} bytes; 32 bytes. */
  static byte[] of(byte[] bytes, int length) {
    MessageDigest digest = Digests.sha256();
    CRC32 crc32 = new CRC32();
    CRC32C crc32c = new CRC32C();
    byte[] pair = new byte[8];
    for (int at = 0; at < length; at += UNIT) {
      int unit = Math.min(UNIT, length - at);
      crc32.reset();
      crc32.update(bytes, at, unit);
      crc32c.reset();
      crc32c.update(bytes, at, unit);
      ByteBuffer.wrap(pair).putInt((int) crc32.getValue()).putInt((int) crc32c.getValue());
      digest.update(pair);
    }
    return digest.digest();
  }
}
