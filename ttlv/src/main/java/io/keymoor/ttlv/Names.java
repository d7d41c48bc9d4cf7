package io.keymoor.ttlv;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The names that XML and JSON write instead of numbers. Implementations are immutable and
 * thread-safe.
 */
public interface Names {
  /** No names at all: every tag and value is written as a number. */
  Names NONE =
      new Names() {
        @Override
        public Optional<String> tagName(int tag) {
          return Optional.empty();
        }

        @Override
        public OptionalInt tag(String name) {
          return OptionalInt.empty();
        }

        @Override
        public Optional<String> valueName(int enumTag, int value) {
          return Optional.empty();
        }

        @Override
        public OptionalInt value(int enumTag, String name) {
          return OptionalInt.empty();
        }
      };

  /** The name of a tag, such as {@code UniqueIdentifier}. */
  Optional<String> tagName(int tag);

  /** The tag of that name. */
  OptionalInt tag(String name);

  /**
   * The name of an enumeration's value, or of one bit of a mask, in the enumeration or mask that
   * {@code enumTag} stands for.
   */
  Optional<String> valueName(int enumTag, int value);

  /** The value or mask bit of that name. */
  OptionalInt value(int enumTag, String name);
}
