package io.keymoor.disk.xts;

import io.keymoor.secret.ClearBytes;
import io.keymoor.secret.SecretBytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.crypto.Cipher;

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
 * <p>Thread-safe: each call borrows one of as many cipher sets as there are concurrent callers. The
 * JDK's ciphers keep the expanded key on the heap; {@link #close} makes them expand a key of zeros
 * over it and refuses further use.
 */
public final class XtsCipher implements AutoCloseable {
  /** Two AES-256 keys. */
  public static final int KEY_BYTES = 64;

  private static final int SECTOR_UNIT = 512;
  private static final int BLOCK = 16;

  /** Data and tweaks of one slice stay in the first- and second-level caches. */
  private static final int SLICE = 32 * 1024;

  private static final int REDUCTION = 0x87;
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final SecretBytes key;
  private final int sectorBytes;
  private final Queue<CipherSet> idle = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** A cipher over 512-byte sectors; takes a copy of {@code key}, which stays the caller's. */
  public XtsCipher(SecretBytes key) {
    this(key, SECTOR_UNIT);
  }

  /** A cipher over sectors of {@code sectorBytes}: 512, 1024, 2048 or 4096. */
  public XtsCipher(SecretBytes key, int sectorBytes) {
    if (key.length() != KEY_BYTES) {
      throw new IllegalArgumentException("AES-256-XTS takes 64 key bytes, not " + key.length());
    }
    if (Integer.bitCount(sectorBytes) != 1 || sectorBytes < SECTOR_UNIT || sectorBytes > 4096) {
      throw new IllegalArgumentException("no sector has " + sectorBytes + " bytes");
    }
    this.key = key.copy();
    this.sectorBytes = sectorBytes;
  }

  /** Encrypts {@code length} bytes in place; {@code sector} is the number of the first sector. */
  public void encrypt(long sector, byte[] data, int offset, int length) {
    run(Cipher.ENCRYPT_MODE, sector, data, offset, length);
  }

  /** Decrypts {@code length} bytes in place; {@code sector} is the number of the first sector. */
  public void decrypt(long sector, byte[] data, int offset, int length) {
    run(Cipher.DECRYPT_MODE, sector, data, offset, length);
  }

  private void run(int mode, long sector, byte[] data, int offset, int length) {
    if (length % sectorBytes != 0) {
      throw new IllegalArgumentException(length + " bytes are no whole number of sectors");
    }
    if (closed) {
      throw new IllegalStateException("this cipher has been closed");
    }
    CipherSet pooled = idle.poll();
    CipherSet set = pooled == null ? new CipherSet() : pooled;
    try {
      set.process(mode, sector, data, offset, length);
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

  /** The ciphers and scratch buffers of one caller at a time. */
  private final class CipherSet {
    private final Cipher encryptor = cipher();
    private final Cipher decryptor = cipher();
    private final Cipher tweaker = cipher();
    private final byte[] numbers = new byte[SLICE / SECTOR_UNIT * BLOCK];
    private final byte[] seeds = new byte[numbers.length];
    private final byte[] tweaks = new byte[SLICE];
    private final byte[] work = new byte[SLICE];

    CipherSet() {
      ClearBytes.use(
          key,
          clear -> {
            initialize(encryptor, Cipher.ENCRYPT_MODE, clear, 0);
            initialize(decryptor, Cipher.DECRYPT_MODE, clear, 0);
            initialize(tweaker, Cipher.ENCRYPT_MODE, clear, KEY_BYTES / 2);
          });
    }

    void process(int mode, long sector, byte[] data, int offset, int length) {
      Cipher cipher = mode == Cipher.ENCRYPT_MODE ? encryptor : decryptor;
      for (int done = 0; done < length; done += SLICE) {
        int slice = Math.min(SLICE, length - done);
        try {
          makeSeeds(sector + done / SECTOR_UNIT, slice / sectorBytes);
          whiten(data, offset + done, slice);
          cipher.update(work, 0, slice, data, offset + done);
          xorTweaks(data, offset + done, slice);
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException("AES refused whole blocks", e);
        }
      }
    }

    private void makeSeeds(long sector, int count) throws GeneralSecurityException {
      for (int i = 0; i < count; i++) {
        LONG.set(numbers, i * BLOCK, sector + (long) i * (sectorBytes / SECTOR_UNIT));
      }
      tweaker.update(numbers, 0, count * BLOCK, seeds, 0);
    }

    /** Computes the tweaks of a slice and XORs them with the data into {@code work}. */
    private void whiten(byte[] data, int offset, int length) {
      int at = 0;
      for (int seed = 0; at < length; seed += BLOCK) {
        long low = (long) LONG.get(seeds, seed);
        long high = (long) LONG.get(seeds, seed + 8);
        for (int end = at + sectorBytes; at < end; at += BLOCK) {
          LONG.set(tweaks, at, low);
          LONG.set(tweaks, at + 8, high);
          LONG.set(work, at, (long) LONG.get(data, offset + at) ^ low);
          LONG.set(work, at + 8, (long) LONG.get(data, offset + at + 8) ^ high);
          long carry = high >> 63 & REDUCTION;
          high = high << 1 | low >>> 63;
          low = low << 1 ^ carry;
        }
      }
    }

    private void xorTweaks(byte[] data, int offset, int length) {
      for (int at = 0; at < length; at += 8) {
        LONG.set(
            data, offset + at, (long) LONG.get(data, offset + at) ^ (long) LONG.get(tweaks, at));
      }
    }

    void erase() {
      byte[] zeros = new byte[KEY_BYTES];
      initialize(encryptor, Cipher.ENCRYPT_MODE, zeros, 0);
      initialize(decryptor, Cipher.DECRYPT_MODE, zeros, 0);
      initialize(tweaker, Cipher.ENCRYPT_MODE, zeros, 0);
      Arrays.fill(seeds, (byte) 0);
      Arrays.fill(tweaks, (byte) 0);
      Arrays.fill(work, (byte) 0);
    }
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/ECB/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no AES", e);
    }
  }

  private static void initialize(Cipher cipher, int mode, byte[] keys, int offset) {
    try (TransientKey half = TransientKey.copyOf("AES", keys, offset, KEY_BYTES / 2)) {
      cipher.init(mode, half);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES refused a 256-bit key", e);
    }
  }
}
