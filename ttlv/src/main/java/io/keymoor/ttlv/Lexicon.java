package io.keymoor.ttlv;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A fixed table from texts to values that is looked up with the bytes of a message, so that an
 * attribute's name costs no String. Immutable and thread-safe.
 */
public final class Lexicon<T> {
  private final byte[][] keys;
  private final @Nullable Optional<T>[] values;
  private final int mask;

  /** A table of these entries; the texts are compared exactly. */
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Lexicon(Map<String, T> entries) {
    int capacity = Integer.highestOneBit(Math.max(4, entries.size() * 4)) << 1;
    keys = new byte[capacity][];
    values = new Optional[capacity];
    mask = capacity - 1;
    entries.forEach(this::put);
  }

  private void put(String text, T value) {
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    int slot = hash(key, 0, key.length) & mask;
    while (values[slot] != null) {
      slot = (slot + 1) & mask;
    }
    keys[slot] = key;
    values[slot] = Optional.of(value);
  }

  /** What the table has for a run of UTF-8. */
  Optional<T> find(byte[] buffer, int from, int length) {
    for (int slot = hash(buffer, from, length) & mask; ; slot = (slot + 1) & mask) {
      Optional<T> value = values[slot];
      if (value == null) {
        return Optional.empty();
      }
      if (Arrays.equals(keys[slot], 0, keys[slot].length, buffer, from, from + length)) {
        return value;
      }
    }
  }

  /** What the table has for a text. */
  public Optional<T> find(String text) {
    byte[] key = text.getBytes(StandardCharsets.UTF_8);
    return find(key, 0, key.length);
  }

  private static int hash(byte[] buffer, int from, int length) {
    int hash = length;
    for (int i = from; i < from + length; i++) {
      hash = hash * 31 + buffer[i];
    }
    return hash ^ (hash >>> 15);
  }
}
