package io.keymoor.disk.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The six functions of OpenSSL 3's {@code libcrypto} that AES takes, after it has proved on the
 * vector of FIPS 197 that it can do it. Thread-safe; a context is for one thread at a time.
 *
 * <p>Calls that read or write the Java heap hold the garbage collector up, so what is given to one
 * has to be small.
 */
final class LibCrypto {
  static final int BLOCK = 16;
  static final int KEY_BYTES = 32;

  /** FIPS 197, appendix C.3. */
  private static final String VECTOR_PLAIN = "00112233445566778899aabbccddeeff";

  private static final String VECTOR_CIPHER = "8ea2b7ca516745bfeafc49904b496089";

  private static final FunctionDescriptor MAKES = FunctionDescriptor.of(ADDRESS);

  private final MethodHandle newContext;
  private final MethodHandle freeContext;
  private final MethodHandle initialize;
  private final MethodHandle setPadding;
  private final MethodHandle update;
  private final MemorySegment aes256;

  private LibCrypto(SymbolLookup library) {
    Linker linker = Linker.nativeLinker();
    Linker.Option heap = Linker.Option.critical(true);
    this.newContext = linker.downcallHandle(library.findOrThrow("EVP_CIPHER_CTX_new"), MAKES);
    this.freeContext =
        linker.downcallHandle(
            library.findOrThrow("EVP_CIPHER_CTX_free"), FunctionDescriptor.ofVoid(ADDRESS));
    this.initialize =
        linker.downcallHandle(
            library.findOrThrow("EVP_CipherInit_ex"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
            heap);
    this.setPadding =
        linker.downcallHandle(
            library.findOrThrow("EVP_CIPHER_CTX_set_padding"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    this.update =
        linker.downcallHandle(
            library.findOrThrow("EVP_CipherUpdate"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS, JAVA_INT),
            heap);
    try {
      this.aes256 =
          (MemorySegment)
              linker.downcallHandle(library.findOrThrow("EVP_aes_256_ecb"), MAKES).invokeExact();
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /** The system's libcrypto; empty where there is none that works. */
  static Optional<LibCrypto> load() {
    try {
      LibCrypto library =
          new LibCrypto(SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global()));
      return library.isSound() ? Optional.of(library) : Optional.empty();
    } catch (IllegalArgumentException
        | java.util.NoSuchElementException
        | IllegalCallerException
        | UnsupportedOperationException
        | IllegalStateException
        | LinkageError e) {
      return Optional.empty();
    }
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

  /** A context under {@code key}, to be freed. */
  MemorySegment newAes256(MemorySegment key, boolean encrypting) {
    MemorySegment context;
    try {
      context = (MemorySegment) newContext.invokeExact();
    } catch (Throwable failure) {
      throw failed(failure);
    }
    if (context.equals(MemorySegment.NULL)) {
      throw new OutOfMemoryError("OpenSSL has no memory");
    }
    try {
      require(
          (int)
              initialize.invokeExact(
                  context,
                  aes256,
                  MemorySegment.NULL,
                  key,
                  MemorySegment.NULL,
                  encrypting ? 1 : 0));
      require((int) setPadding.invokeExact(context, 0));
      return context;
    } catch (Throwable failure) {
      free(context);
      throw failed(failure);
    }
  }

  void update(
      MemorySegment context,
      MemorySegment into,
      MemorySegment written,
      MemorySegment from,
      int length) {
    try {
      require((int) update.invokeExact(context, into, written, from, length));
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  /** Erases and frees a context. */
  void free(MemorySegment context) {
    try {
      freeContext.invokeExact(context);
    } catch (Throwable failure) {
      throw failed(failure);
    }
  }

  private static void require(int result) {
    if (result != 1) {
      throw new IllegalStateException("OpenSSL refused AES-256");
    }
  }

  private static RuntimeException failed(Throwable failure) {
    return switch (failure) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      default -> new IllegalStateException("a call of OpenSSL failed", failure);
    };
  }
}
