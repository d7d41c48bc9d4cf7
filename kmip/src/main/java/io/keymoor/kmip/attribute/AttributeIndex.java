package io.keymoor.kmip.attribute;

import io.keymoor.ttlv.Lexicon;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds a row of the attribute table by its tag or its name, without an allocation. */
final class AttributeIndex {
  private static final int FIRST_TAG = 0x420000;
  private static final @Nullable Optional<AttributeType<?>>[] BY_TAG = byTag();
  private static final Lexicon<AttributeType<?>> BY_NAME = byName();

  private AttributeIndex() {}

  static Optional<AttributeType<?>> byTag(int tag) {
    int index = tag - FIRST_TAG;
    Optional<AttributeType<?>> found =
        index >= 0 && index < BY_TAG.length ? BY_TAG[index] : Optional.empty();
    return found == null ? Optional.empty() : found;
  }

  static AttributeType<?> byName(String name) {
    Optional<AttributeType<?>> known = BY_NAME.find(name);
    return known.isPresent() ? known.get() : AttributeType.custom(name);
  }

  /** The names, for looking them up in a message. */
  static Lexicon<AttributeType<?>> names() {
    return BY_NAME;
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable Optional<AttributeType<?>>[] byTag() {
    @Nullable Optional<AttributeType<?>>[] table = new Optional[0x200];
    for (AttributeType<?> type : AttributeTypes.all()) {
      table[type.tag() - FIRST_TAG] = Optional.of(type);
    }
    return table;
  }

  private static Lexicon<AttributeType<?>> byName() {
    Map<String, AttributeType<?>> names = new HashMap<>();
    AttributeTypes.all().forEach(type -> names.put(type.name(), type));
    return new Lexicon<>(names);
  }
}
