package io.keymoor.disk.linux;

import static java.lang.foreign.MemorySegment.NULL;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The functions of OpenSSL 3's {@code libcrypto} that AES and hashing take, after it has proved on
 * published vectors that it can do them. Thread-safe; a context is for one thread at a time.
 *
 * <p>What it is given of keys outside of its own contexts is erased before its functions return.
 */
final class LibCrypto {
  static final int BLOCK = 16;
  static final int KEY_BYTES = 32;

  /** FIPS 197, appendix C.3. */
  private static final String VECTOR_PLAIN = "00112233445566778899aabbccddeeff";

  private static final String VECTOR_CIPHER = "8ea2b7ca516745bfeafc49904b496089";

  private final SymbolLookup library;
  private final MemorySegment newContext;
  private final MemorySegment freeContext;
  private final MemorySegment initialize;
  private final MemorySegment setPadding;
  private final MemorySegment update;
  private final MemorySegment aes256;

  private LibCrypto(SymbolLookup library) {
    this.library = library;
    this.newContext = library.findOrThrow("EVP_CIPHER_CTX_new");
    this.freeContext = library.findOrThrow("EVP_CIPHER_CTX_free");
    this.initialize = library.findOrThrow("EVP_CipherInit_ex");
    this.setPadding = library.findOrThrow("EVP_CIPHER_CTX_set_padding");
    this.update = library.findOrThrow("EVP_CipherUpdate");
    this.aes256 =
        MemorySegment.ofAddress(Calls.call(library.findOrThrow("EVP_aes_256_ecb"), 0, 0, 0));
  }

  /** The system's libcrypto; empty where there is none that works. */
  static Optional<LibCrypto> load() {
    try {
      LibCrypto library =
          new LibCrypto(SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global()));
      return library.isSound() ? Optional.of(library) : Optional.empty();
    } catch (IllegalArgumentException
        | NoSuchElementException
        | IllegalCallerException
        | UnsupportedOperationException
        | IllegalStateException
        | LinkageError e) {
      return Optional.empty();
    }
  }

  /** A function of the library. */
  MemorySegment function(String name) {
    return library.findOrThrow(name);
  }

  private boolean isSound() {
    byte[] key = new byte[KEY_BYTES];
    for (int i = 0; i < key.length; i++) {
      key[i] = (byte) i;
    }
    byte[] plain = HexFormat.of().parseHex(VECTOR_PLAIN);
    byte[] encrypted = new byte[BLOCK];
    byte[] decrypted = new byte[BLOCK];
    try (OpenSslAes aes = new OpenSslAes(this, key, 0)) {
      aes.encrypt(plain, encrypted, BLOCK);
      aes.decrypt(encrypted, decrypted, BLOCK);
    }
    return HexFormat.of().formatHex(encrypted).equals(VECTOR_CIPHER)
        && Arrays.equals(decrypted, plain);
  }

  /** A context under the 32 bytes of {@code keys} at {@code offset}, to be freed. */
  MemorySegment newAes256(byte[] keys, int offset, boolean encrypting) {
    long context = Calls.call(newContext, 0, 0, 0);
    if (context == 0) {
      throw new OutOfMemoryError("OpenSSL has no memory");
    }
    try (Scratch scratch = new Scratch()) {
      long key = scratch.copyOf(keys, offset, KEY_BYTES).address();
      int direction = encrypting ? 1 : 0;
      require(Calls.call(initialize, context, aes256.address(), 0, key, 0, direction, 0, 0));
      require(Calls.call(setPadding, context, 0, 0));
      return MemorySegment.ofAddress(context);
    } catch (RuntimeException | Error failure) {
      Calls.call(freeContext, context, 0, 0);
      throw failure;
    }
  }

  void update(
      MemorySegment context,
      MemorySegment into,
      MemorySegment written,
      MemorySegment from,
      int length) {
    require(Calls.onTheHeap(update, context, into, written, from, Calls.number(length), NULL));
  }

  /** Erases and frees a context. */
  void free(MemorySegment context) {
    Calls.call(freeContext, context.address(), 0, 0);
  }

  private static void require(long result) {
    if ((int) result != 1) {
      throw new IllegalStateException("OpenSSL refused AES-256");
    }
  }
}
