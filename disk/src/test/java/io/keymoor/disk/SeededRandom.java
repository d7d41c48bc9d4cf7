package io.keymoor.disk;

import java.security.SecureRandom;
import java.util.Random;

/** The same "random" bytes in every run and on every JDK, for golden files. */
public final class SeededRandom extends SecureRandom {
  private static final long serialVersionUID = 1L;
  private final Random source;

  public SeededRandom(long seed) {
    super();
    this.source = new Random(seed);
  }

  @Override
  public void nextBytes(byte[] bytes) {
    source.nextBytes(bytes);
  }
}
