package io.keymoor.disk.inplace;

import java.util.OptionalLong;

/**
 * Remembers how long an image was before its journal was appended. A power failure in that moment
 * may leave an image that is longer by half a journal, from which nothing tells its old length.
 */
interface LengthNote {
  /** Durable when this returns. */
  void keep(long length);

  /** The length, when one was kept for this very image. */
  OptionalLong kept();

  /** Forgets the length; idempotent. */
  void drop();
}
