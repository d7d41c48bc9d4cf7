package io.keymoor.disk.linux;

import static java.lang.foreign.MemorySegment.NULL;

import io.keymoor.disk.KeyHashing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hashing by the system's OpenSSL, whose hashes are fast from the first byte on: Java's take
 * thousands of blocks to be compiled, a fresh process needs no more than that.
 */
final class OpenSslHashing implements KeyHashing {
  private static final int NUMBER_BYTES = 4;
  private static final int LONGEST_DIGEST = 64;

  /** RFC 7914, section 11, the first of PBKDF2's vectors. */
  private static final String VECTOR =
      "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
          + "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783";

  private final MemorySegment pbkdf2;
  private final MemorySegment digest;
  private final MemorySegment fetch;

  /** Hashes by name; zero where OpenSSL has none. Never freed, as there are three at most. */
  private final Map<String, Long> hashes = new ConcurrentHashMap<>();

  private OpenSslHashing(LibCrypto library) {
    this.pbkdf2 = library.function("PKCS5_PBKDF2_HMAC");
    this.digest = library.function("EVP_Digest");
    this.fetch = library.function("EVP_MD_fetch");
  }

  /** Empty where the library can't be relied upon. */
  static Optional<KeyHashing> of(LibCrypto library) {
    try {
      OpenSslHashing hashing = new OpenSslHashing(library);
      return hashing.isSound() ? Optional.of(hashing) : Optional.empty();
    } catch (NoSuchElementException | IllegalStateException e) {
      return Optional.empty();
    }
  }

  private boolean isSound() {
    byte[] derived = new byte[LONGEST_DIGEST];
    byte[] password = {'p', 'a', 's', 's', 'w', 'd'};
    byte[] salt = {'s', 'a', 'l', 't'};
    return pbkdf2("SHA-256", password, salt, 1, derived)
        && HexFormat.of().formatHex(derived).equals(VECTOR);
  }

  private long hash(String name) {
    return hashes.computeIfAbsent(
        name,
        missing -> {
          try (Arena arena = Arena.ofConfined()) {
            return Calls.call(fetch, 0, arena.allocateFrom(missing).address(), 0);
          }
        });
  }

  @Override
  public boolean pbkdf2(String hash, byte[] password, byte[] salt, int iterations, byte[] derived) {
    long type = hash(hash);
    if (type == 0) {
      return false;
    }
    try (Scratch scratch = new Scratch()) {
      MemorySegment result = scratch.allocate(derived.length);
      long done =
          Calls.call(
              pbkdf2,
              scratch.copyOf(password, 0, password.length).address(),
              password.length,
              scratch.copyOf(salt, 0, salt.length).address(),
              salt.length,
              iterations,
              type,
              derived.length,
              result.address());
      MemorySegment.copy(result, ValueLayout.JAVA_BYTE, 0, derived, 0, derived.length);
      return (int) done == 1;
    }
  }

  @Override
  public boolean condense(String hash, byte[] material, int stripes, byte[] state) {
    long type = hash(hash);
    if (type == 0) {
      return false;
    }
    byte[] numbered = new byte[NUMBER_BYTES + digestBytes(hash)];
    byte[] mixed = new byte[LONGEST_DIGEST];
    try {
      Diffusion diffusion = new Diffusion(MemorySegment.ofAddress(type), numbered, mixed);
      boolean done = true;
      for (int stripe = 0; done && stripe < stripes; stripe++) {
        xor(state, material, stripe * state.length);
        done = diffusion.apply(state);
      }
      return done;
    } finally {
      Arrays.fill(numbered, (byte) 0);
      Arrays.fill(mixed, (byte) 0);
    }
  }

  /** Each digest-sized piece of a state becomes the digest of its number and itself. */
  private final class Diffusion {
    private final MemorySegment type;
    private final byte[] numbered;
    private final byte[] mixed;
    private final MemorySegment from;
    private final MemorySegment into;

    Diffusion(MemorySegment type, byte[] numbered, byte[] mixed) {
      this.type = type;
      this.numbered = numbered;
      this.mixed = mixed;
      this.from = MemorySegment.ofArray(numbered);
      this.into = MemorySegment.ofArray(mixed);
    }

    boolean apply(byte[] state) {
      int whole = numbered.length - NUMBER_BYTES;
      for (int piece = 0, at = 0; at < state.length; piece++, at += whole) {
        int length = Math.min(whole, state.length - at);
        numbered[NUMBER_BYTES - 1] = (byte) piece;
        System.arraycopy(state, at, numbered, NUMBER_BYTES, length);
        MemorySegment count = Calls.number(NUMBER_BYTES + length);
        if ((int) Calls.onTheHeap(digest, from, count, into, NULL, type, NULL) != 1) {
          return false;
        }
        System.arraycopy(mixed, 0, state, at, length);
      }
      return true;
    }
  }

  private static int digestBytes(String hash) {
    return switch (hash) {
      case "SHA-1" -> 20;
      case "SHA-256" -> 32;
      case "SHA-512" -> LONGEST_DIGEST;
      default -> throw new IllegalArgumentException("no keyslot is hashed with " + hash);
    };
  }

  private static void xor(byte[] state, byte[] material, int offset) {
    for (int i = 0; i < state.length; i++) {
      state[i] ^= material[offset + i];
    }
  }
}
