package io.keymoor.kmip.codec;

import java.util.Optional;

/** How values of one kind are read and written, whatever tag they stand under. Stateless. */
public interface Type<T> {
  /** Reads the item under the cursor and moves behind it. */
  T read(Decoder in);

  /** {@link #read} for a field that may be absent, and is there. */
  default Optional<T> readPresent(Decoder in) {
    return Optional.of(read(in));
  }

  /** Writes one item. */
  void write(Encoder out, int tag, T value);
}
