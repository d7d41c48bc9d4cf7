package io.keymoor.disk.xts;

import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * A key for the length of one {@code init} call. Unlike {@code SecretKeySpec} it zeroes its bytes;
 * the JDK's ciphers and MACs zero the copies they ask for themselves.
 */
public final class TransientKey implements SecretKey, AutoCloseable {
  @Serial private static final long serialVersionUID = 1L;

  private final String algorithm;
  private final transient byte[] bytes;
  private boolean destroyed;

  private TransientKey(String algorithm, byte[] bytes) {
    this.algorithm = algorithm;
    this.bytes = bytes;
  }

  /** A key of its own copy of {@code length} bytes. */
  public static TransientKey copyOf(String algorithm, byte[] from, int offset, int length) {
    return new TransientKey(algorithm, Arrays.copyOfRange(from, offset, offset + length));
  }

  @Override
  public String getAlgorithm() {
    return algorithm;
  }

  @Override
  public String getFormat() {
    return "RAW";
  }

  @Override
  public byte[] getEncoded() {
    if (destroyed) {
      throw new IllegalStateException("this key has been erased");
    }
    return bytes.clone();
  }

  @Override
  public void destroy() {
    destroyed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public boolean isDestroyed() {
    return destroyed;
  }

  @Override
  public void close() {
    destroy();
  }

  @Override
  public String toString() {
    return "TransientKey[" + algorithm + "]";
  }

  @Serial
  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException(TransientKey.class.getName());
  }
}
