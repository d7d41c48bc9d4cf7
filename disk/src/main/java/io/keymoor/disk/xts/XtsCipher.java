package io.keymoor.disk.xts;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.Machine;
import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * AES-256-XTS with plain64 sector numbers, in place, over many sectors at once.
 *
 * <pre>
 * key      = data key (32 bytes) | tweak key (32 bytes)
 * T(s, 0)  = AES(tweak key, s as 64-bit little endian | 0)
 * T(s, j)  = T(s, j - 1) * x in GF(2^128)
 * C(s, j)  = AES(data key, P(s, j) ^ T(s, j)) ^ T(s, j)
 * </pre>
 *
 * <p>Sectors are numbered in units of 512 bytes whatever their size, as dm-crypt and QEMU do. There
 * is no ciphertext stealing: sectors are whole blocks.
 *
 * <p>Thread-safe: each call borrows one of as many cipher sets as there are concurrent callers.
 * {@link #close} erases the key and what was made of it, and refuses further use.
 */
public final class XtsCipher implements AutoCloseable {
  /** Two AES-256 keys. */
  public static final int KEY_BYTES = 64;

  private static final int SECTOR_UNIT = 512;
  private static final int BLOCK = 16;

  /** Data and tweaks of one slice stay in the first- and second-level caches. */
  private static final int SLICE = 8 * 1024;

  private static final int REDUCTION = 0x87;

  /** The seeds of so many sectors are encrypted in one go. */
  private static final int SEEDS = 512;

  private final SecretBytes key;
  private final int sectorBytes;
  private final Machine machine;
  private final Queue<CipherSet> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** A cipher over 512-byte sectors; takes a copy of {@code key}, which stays the caller's. */
  public XtsCipher(SecretBytes key, Machine machine) {
    this(key, SECTOR_UNIT, machine);
  }

  /** A cipher over sectors of {@code sectorBytes}: 512, 1024, 2048 or 4096. */
  public XtsCipher(SecretBytes key, int sectorBytes, Machine machine) {
    if (key.length() != KEY_BYTES) {
      throw new IllegalArgumentException("AES-256-XTS takes 64 key bytes, not " + key.length());
    }
    if (Integer.bitCount(sectorBytes) != 1 || sectorBytes < SECTOR_UNIT || sectorBytes > 4096) {
      throw new IllegalArgumentException("no sector has " + sectorBytes + " bytes");
    }
    this.key = key.copy();
    this.sectorBytes = sectorBytes;
    this.machine = machine;
  }

  /** Encrypts {@code length} bytes in place; {@code sector} is the number of the first sector. */
  public void encrypt(long sector, byte[] data, int offset, int length) {
    run(true, sector, data, offset, length);
  }

  /** Decrypts {@code length} bytes in place; {@code sector} is the number of the first sector. */
  public void decrypt(long sector, byte[] data, int offset, int length) {
    run(false, sector, data, offset, length);
  }

  private void run(boolean encrypting, long sector, byte[] data, int offset, int length) {
    if (length % sectorBytes != 0) {
      throw new IllegalArgumentException(length + " bytes are no whole number of sectors");
    }
    if (closed) {
      throw new IllegalStateException("this cipher has been closed");
    }
    CipherSet pooled = idle.poll();
    CipherSet set = pooled == null ? new CipherSet() : pooled;
    try {
      set.process(encrypting, sector, data, offset, length);
    } finally {
      idle.add(set);
      if (closed) {
        eraseIdle();
      }
    }
  }

  /** Erases the key and the ciphers made from it. Idempotent. */
  @Override
  public void close() {
    closed = true;
    key.close();
    eraseIdle();
  }

  private void eraseIdle() {
    for (CipherSet set = idle.poll(); set != null; set = idle.poll()) {
      set.erase();
    }
  }

  private BulkAes aes(byte[] keys, int offset) {
    return machine
        .aes(keys, offset)
        .orElseGet(() -> new JavaAes(keys, offset, JavaAes.Way.fastest()));
  }

  /** The ciphers and scratch buffers of one caller at a time. */
  private final class CipherSet {
    private final BulkAes blocks;
    private final BulkAes tweaker;
    private final long[] numbers = new long[SEEDS * 2];
    private final byte[] numberBytes = new byte[numbers.length * 8];
    private final LongBuffer numberView = littleEndian(numberBytes);
    private final byte[] seedBytes = new byte[numberBytes.length];
    private final LongBuffer seedView = littleEndian(seedBytes);
    private final long[] seeds = new long[numbers.length];
    private final long[] tweakLongs = new long[SLICE / 8];
    private final byte[] tweaks = new byte[SLICE];
    private final LongBuffer tweakView = littleEndian(tweaks);
    private final byte[] work = new byte[SLICE];
    private final byte[] result = new byte[SLICE];

    CipherSet() {
      List<BulkAes> both =
          ClearBytes.read(key, clear -> List.of(aes(clear, 0), aes(clear, KEY_BYTES / 2)));
      this.blocks = both.getFirst();
      this.tweaker = both.getLast();
    }

    void process(boolean encrypting, long sector, byte[] data, int offset, int length) {
      int span = SEEDS * sectorBytes;
      for (int done = 0; done < length; done += span) {
        int part = Math.min(span, length - done);
        makeSeeds(sector + done / SECTOR_UNIT, part / sectorBytes);
        for (int at = 0; at < part; at += SLICE) {
          int slice = Math.min(SLICE, part - at);
          processSlice(encrypting, at / sectorBytes, data, offset + done + at, slice);
        }
      }
    }

    private void processSlice(
        boolean encrypting, int firstSeed, byte[] data, int offset, int length) {
      makeTweaks(firstSeed, length / sectorBytes);
      System.arraycopy(data, offset, work, 0, length);
      Xor.into(work, tweaks, length);
      if (encrypting) {
        blocks.encrypt(work, result, length);
      } else {
        blocks.decrypt(work, result, length);
      }
      Xor.into(result, tweaks, length);
      System.arraycopy(result, 0, data, offset, length);
    }

    private void makeSeeds(long sector, int count) {
      for (int i = 0; i < count; i++) {
        numbers[2 * i] = sector + (long) i * (sectorBytes / SECTOR_UNIT);
      }
      numberView.put(0, numbers, 0, 2 * count);
      tweaker.encrypt(numberBytes, seedBytes, count * BLOCK);
      seedView.get(0, seeds, 0, 2 * count);
    }

    /**
     * Four sectors at a time: each doubling waits for the one before, but not for its neighbours.
     */
    private void makeTweaks(int first, int count) {
      int sectorLongs = sectorBytes / 8;
      int sector = 0;
      for (; sector + 4 <= count; sector += 4) {
        doubleFour(2 * (first + sector), sector * sectorLongs, sectorLongs);
      }
      for (; sector < count; sector++) {
        doubleOne(2 * (first + sector), sector * sectorLongs, sectorLongs);
      }
      tweakView.put(0, tweakLongs, 0, count * sectorLongs);
    }

    private void doubleFour(int seed, int start, int sectorLongs) {
      long low0 = seeds[seed];
      long high0 = seeds[seed + 1];
      long low1 = seeds[seed + 2];
      long high1 = seeds[seed + 3];
      long low2 = seeds[seed + 4];
      long high2 = seeds[seed + 5];
      long low3 = seeds[seed + 6];
      long high3 = seeds[seed + 7];
      long[] to = tweakLongs;
      for (int at = start; at < start + sectorLongs; at += 2) {
        to[at] = low0;
        to[at + 1] = high0;
        to[at + sectorLongs] = low1;
        to[at + sectorLongs + 1] = high1;
        to[at + 2 * sectorLongs] = low2;
        to[at + 2 * sectorLongs + 1] = high2;
        to[at + 3 * sectorLongs] = low3;
        to[at + 3 * sectorLongs + 1] = high3;
        long carry0 = high0 >> 63 & REDUCTION;
        high0 = high0 << 1 | low0 >>> 63;
        low0 = low0 << 1 ^ carry0;
        long carry1 = high1 >> 63 & REDUCTION;
        high1 = high1 << 1 | low1 >>> 63;
        low1 = low1 << 1 ^ carry1;
        long carry2 = high2 >> 63 & REDUCTION;
        high2 = high2 << 1 | low2 >>> 63;
        low2 = low2 << 1 ^ carry2;
        long carry3 = high3 >> 63 & REDUCTION;
        high3 = high3 << 1 | low3 >>> 63;
        low3 = low3 << 1 ^ carry3;
      }
    }

    private void doubleOne(int seed, int start, int sectorLongs) {
      long low = seeds[seed];
      long high = seeds[seed + 1];
      for (int at = start; at < start + sectorLongs; at += 2) {
        tweakLongs[at] = low;
        tweakLongs[at + 1] = high;
        long carry = high >> 63 & REDUCTION;
        high = high << 1 | low >>> 63;
        low = low << 1 ^ carry;
      }
    }

    void erase() {
      blocks.close();
      tweaker.close();
      Arrays.fill(seedBytes, (byte) 0);
      Arrays.fill(seeds, 0);
      Arrays.fill(tweakLongs, 0);
      Arrays.fill(tweaks, (byte) 0);
      Arrays.fill(work, (byte) 0);
      Arrays.fill(result, (byte) 0);
    }
  }

  private static LongBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }
}
