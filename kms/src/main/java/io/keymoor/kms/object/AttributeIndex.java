package io.keymoor.kms.object;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kms.store.IndexKey;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which attributes have index rows: those whose values tell few objects apart from many. The rest,
 * such as algorithm and state, would fill the index without narrowing a search.
 */
public final class AttributeIndex {
  private static final Set<AttributeType<?>> INDEXED =
      Set.of(
          AttributeTypes.NAME,
          AttributeTypes.ALTERNATIVE_NAME,
          AttributeTypes.APPLICATION_SPECIFIC_INFORMATION,
          AttributeTypes.CONTACT_INFORMATION,
          AttributeTypes.DESCRIPTION,
          AttributeTypes.COMMENT,
          AttributeTypes.PKCS_12_FRIENDLY_NAME,
          AttributeTypes.SHORT_UNIQUE_IDENTIFIER,
          AttributeTypes.ROTATE_NAME,
          AttributeTypes.OBJECT_GROUP,
          AttributeTypes.LINK);

  private AttributeIndex() {}

  /** The index keys of an object. A destroyed one gives up its names. */
  static Set<IndexKey> keys(StoredObject object) {
    Set<IndexKey> keys = new LinkedHashSet<>();
    for (Attribute<?> attribute : object.attributes().list()) {
      key(attribute)
          .map(key -> isName(attribute) && !object.isDestroyed() ? key.onlyOnce() : key)
          .ifPresent(keys::add);
    }
    return keys;
  }

  /** The index key of one value, if its attribute has any. */
  public static Optional<IndexKey> key(Attribute<?> attribute) {
    AttributeType<?> type = attribute.type();
    if (!type.isCustom() && !INDEXED.contains(type)) {
      return Optional.empty();
    }
    String name = type.isCustom() ? "vendor " + type.vendor() + " " + type.name() : type.name();
    // A client chooses the names of its attributes; the database's texts hold no zero character.
    return Optional.of(IndexKey.of(name.replace('\0', '\ufffd'), AttributeCodec.value(attribute)));
  }

  private static boolean isName(Attribute<?> attribute) {
    return attribute.type().equals(AttributeTypes.NAME);
  }
}
