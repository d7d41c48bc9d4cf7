package io.keymoor.secret;

import java.util.Arrays;

/**
 * The one door through which clear key bytes leave a {@link SecretBytes}.
 *
 * <p>The array handed to the caller's code is zeroed when that code returns or throws, so it must
 * not be kept. Architecture rules allow calls from the modules that encrypt, wrap or hand keys to
 * QEMU only; a search for this class name lists every place where clear bytes exist.
 */
public final class ClearBytes {
  private ClearBytes() {}

  /** Code that computes something from clear bytes and must not keep the array. */
  @FunctionalInterface
  public interface Reader<T, E extends Exception> {
    T read(byte[] clear) throws E;
  }

  /** Code that uses clear bytes and must not keep the array. */
  @FunctionalInterface
  public interface User<E extends Exception> {
    void use(byte[] clear) throws E;
  }

  /** Runs {@code reader} with a temporary copy of the bytes and zeroes the copy afterwards. */
  public static <T, E extends Exception> T read(SecretBytes secret, Reader<T, E> reader) throws E {
    byte[] clear = secret.clear();
    try {
      return reader.read(clear);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }

  /** Runs {@code user} with a temporary copy of the bytes and zeroes the copy afterwards. */
  public static <E extends Exception> void use(SecretBytes secret, User<E> user) throws E {
    byte[] clear = secret.clear();
    try {
      user.use(clear);
    } finally {
      Arrays.fill(clear, (byte) 0);
    }
  }
}
