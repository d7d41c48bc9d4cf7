package io.keymoor.kms.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * One value of one attribute that Locate finds objects by.
 *
 * @param name the attribute's name
 * @param value the value's digest
 * @param unique whether no two living objects of one owner may have it
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by hand below.
public record IndexKey(String name, byte[] value, boolean unique) {
  private static final int DIGEST_BYTES = 16;

  /** The key of a value given by its canonical encoding. */
  public static IndexKey of(String name, byte[] encodedValue) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(encodedValue);
      return new IndexKey(name, Arrays.copyOf(digest, DIGEST_BYTES), false);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("this JDK lacks SHA-256", impossible);
    }
  }

  /** The same key, held by one living object of an owner at most. */
  public IndexKey onlyOnce() {
    return new IndexKey(name, value, true);
  }

  /** The key of a text. */
  public static IndexKey of(String name, String value) {
    return of(name, value.getBytes(UTF_8));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IndexKey that
        && unique == that.unique
        && name.equals(that.name)
        && Arrays.equals(value, that.value);
  }

  @Override
  public int hashCode() {
    return 31 * name.hashCode() + Arrays.hashCode(value);
  }
}
