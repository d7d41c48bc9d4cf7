package io.keymoor.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.keymoor.secret.SecretBytes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Disks with known contents, and the keys to them. */
public final class TestDisk {
  public static final int KIB = 1024;
  public static final int MIB = 1024 * KIB;
  public static final String KEY_TEXT =
      "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
  public static final String OTHER_KEY_TEXT =
      "ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100";

  private TestDisk() {}

  /** A raw disk of {@code size} bytes, all data. */
  public static Path full(Path path, long size, long seed) throws IOException {
    byte[] chunk = new byte[64 * KIB];
    Random random = new Random(seed);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      for (long at = 0; at < size; at += chunk.length) {
        random.nextBytes(chunk);
        file.write(chunk, 0, (int) Math.min(chunk.length, size - at));
      }
    }
    return path;
  }

  /** A raw disk of {@code size} bytes with {@code islands} short runs of data in a sea of holes. */
  public static Path sparse(Path path, long size, int islands, long seed) throws IOException {
    Random random = new Random(seed);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
      for (int i = 0; i < islands; i++) {
        byte[] island = new byte[512 * (1 + random.nextInt(200))];
        random.nextBytes(island);
        long at = random.nextLong(Math.max(1, (size - island.length) / 512)) * 512;
        file.seek(at);
        file.write(island, 0, (int) Math.min(island.length, size - at));
      }
    }
    return path;
  }

  public static SecretBytes secret(String text) {
    return SecretBytes.takeOver(text.getBytes(US_ASCII));
  }

  public static DiskKey key() {
    return new DiskKey.RandomSecret(secret(KEY_TEXT));
  }

  public static DiskKey otherKey() {
    return new DiskKey.RandomSecret(secret(OTHER_KEY_TEXT));
  }

  /** The key in a file, as the tools want it. */
  public static Path keyFile(Path directory) throws IOException {
    return Files.writeString(directory.resolve("key"), KEY_TEXT);
  }

  /** QEMU's options for an encrypted raw image under the key in a file. */
  public static String luksOptions(Path image) {
    return "driver=luks,key-secret=s,file.filename=" + image;
  }

  /** QEMU's options for an encrypted qcow2 image under the key in a file. */
  public static String qcow2LuksOptions(Path image) {
    return "driver=qcow2,encrypt.format=luks,encrypt.key-secret=s,file.filename=" + image;
  }

  /** QEMU's name for the key in a file. */
  public static String secretObject(Path keyFile) {
    return "secret,id=s,format=raw,file=" + keyFile;
  }
}
