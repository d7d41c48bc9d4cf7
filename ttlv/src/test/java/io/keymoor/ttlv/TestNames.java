package io.keymoor.ttlv;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A handful of names. */
final class TestNames implements Names {
  static final int STRUCTURE = 0x420020;
  static final int VALUE = 0x420021;
  static final int ALGORITHM = 0x420028;
  static final int MASK = 0x42002c;

  private static final Map<Integer, String> TAGS =
      Map.of(STRUCTURE, "Thing", VALUE, "Value", ALGORITHM, "Algorithm", MASK, "Mask");
  private static final Map<Integer, String> ALGORITHMS = Map.of(1, "DES", 3, "AES");
  private static final Map<Integer, String> BITS = Map.of(4, "Encrypt", 8, "Decrypt");

  @Override
  public Optional<String> tagName(int tag) {
    return Optional.ofNullable(TAGS.get(tag));
  }

  @Override
  public OptionalInt tag(String name) {
    return key(TAGS, name);
  }

  @Override
  public Optional<String> valueName(int enumTag, int value) {
    return Optional.ofNullable(names(enumTag).get(value));
  }

  @Override
  public OptionalInt value(int enumTag, String name) {
    return key(names(enumTag), name);
  }

  private static Map<Integer, String> names(int enumTag) {
    return switch (enumTag) {
      case ALGORITHM -> ALGORITHMS;
      case MASK -> BITS;
      default -> Map.of();
    };
  }

  private static OptionalInt key(Map<Integer, String> map, String name) {
    return map.entrySet().stream()
        .filter(entry -> entry.getValue().equals(name))
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }
}
