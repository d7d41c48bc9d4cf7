package io.keymoor.disk.xts;

import io.keymoor.disk.BulkAes;
import io.keymoor.disk.Processor;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;

/**
 * The Java runtime's AES. Its ciphers keep the expanded key on the heap; {@link #close} makes them
 * expand a key of zeros over it.
 *
 * <pre>
 * ECB  P(i) = D(C(i))
 * CBC  P(i) = D(C(i)) ^ C(i - 1), so D(C(i)) = P(i) ^ C(i - 1)
 * </pre>
 *
 * <p>Decryption in CBC is what the runtime does several blocks at a time on every processor with
 * AES instructions; in ECB it does so on few. There is no such way around for encryption, whose
 * blocks depend on each other in CBC.
 */
final class JavaAes implements BulkAes {
  private static final int BLOCK = 16;
  private static final int KEY_BYTES = 32;

  /** How blocks are decrypted. */
  enum Way {
    ECB,
    CBC;

    /** The faster one here. */
    static Way fastest() {
      return Processor.hasWideAes() ? ECB : CBC;
    }
  }

  private final Way way;
  private final Cipher encryptor;
  private final Cipher decryptor;

  /** The ciphertext block before those of the next call, then theirs, moved by one block. */
  private byte[] chain = new byte[BLOCK];

  /** Reads 32 key bytes at {@code offset}. */
  JavaAes(byte[] keys, int offset, Way way) {
    this.way = way;
    this.encryptor = cipher("AES/ECB/NoPadding");
    this.decryptor =
        switch (way) {
          case ECB -> cipher("AES/ECB/NoPadding");
          case CBC -> cipher("AES/CBC/NoPadding");
        };
    initialize(keys, offset);
  }

  @Override
  public void encrypt(byte[] from, byte[] into, int length) {
    update(encryptor, from, into, length);
  }

  @Override
  public void decrypt(byte[] from, byte[] into, int length) {
    update(decryptor, from, into, length);
    if (way == Way.CBC && length > 0) {
      if (chain.length < BLOCK + length) {
        byte[] longer = Arrays.copyOf(chain, BLOCK + length);
        Arrays.fill(chain, (byte) 0);
        chain = longer;
      }
      System.arraycopy(from, 0, chain, BLOCK, length);
      Xor.into(into, chain, length);
      System.arraycopy(chain, length, chain, 0, BLOCK);
    }
  }

  private static void update(Cipher cipher, byte[] from, byte[] into, int length) {
    try {
      cipher.update(from, 0, length, into, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES refused whole blocks", e);
    }
  }

  @Override
  public void close() {
    initialize(new byte[KEY_BYTES], 0);
    Arrays.fill(chain, (byte) 0);
  }

  private void initialize(byte[] keys, int offset) {
    try (TransientKey key = TransientKey.copyOf("AES", keys, offset, KEY_BYTES)) {
      encryptor.init(Cipher.ENCRYPT_MODE, key);
      switch (way) {
        case ECB -> decryptor.init(Cipher.DECRYPT_MODE, key);
        case CBC -> decryptor.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(new byte[BLOCK]));
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES refused a 256-bit key", e);
    }
  }

  private static Cipher cipher(String transformation) {
    try {
      return Cipher.getInstance(transformation);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java runtime has no AES", e);
    }
  }
}
