package io.keymoor.kmip.codec;

/** How values of one kind are read and written, whatever tag they stand under. Stateless. */
public interface Type<T> {
  /** Reads the item under the cursor and moves behind it. */
  T read(Decoder in);

  /** Writes one item. */
  void write(Encoder out, int tag, T value);
}
