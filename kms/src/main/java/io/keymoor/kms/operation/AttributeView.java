package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.kms.object.StoredObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * An object's attributes as clients see them: those that are stored, and those that follow from it.
 * In the order of custom attributes, then identifier, kind, algorithm, length, then by name.
 */
final class AttributeView {
  private static final List<AttributeType<?>> FIRST =
      List.of(
          AttributeTypes.UNIQUE_IDENTIFIER,
          AttributeTypes.OBJECT_TYPE,
          AttributeTypes.CRYPTOGRAPHIC_ALGORITHM,
          AttributeTypes.CRYPTOGRAPHIC_LENGTH);
  private static final Comparator<Attribute<?>> ORDER =
      Comparator.<Attribute<?>>comparingInt(attribute -> rank(attribute.type()))
          .thenComparing(attribute -> attribute.type().name())
          .thenComparingInt(Attribute::index);

  private AttributeView() {}

  /** All attributes that the version has. */
  static List<Attribute<?>> all(StoredObject object, Instant now, ProtocolVersion version) {
    List<Attribute<?>> list = new ArrayList<>(object.attributes().list());
    list.add(Attribute.of(AttributeTypes.UNIQUE_IDENTIFIER, ObjectId.of(object.id())));
    list.add(Attribute.of(AttributeTypes.OBJECT_TYPE, object.type()));
    object
        .stateAt(now)
        .ifPresent(
            state -> list.add(Attribute.of(AttributeTypes.STATE, State.KIND.of(state.number()))));
    list.removeIf(attribute -> !attribute.type().isIn(version));
    list.sort(ORDER);
    return list.stream().<Attribute<?>>map(AttributeView::withoutFirstIndex).toList();
  }

  /** All values of one attribute. */
  static List<Attribute<?>> of(
      StoredObject object, AttributeType<?> type, Instant now, ProtocolVersion version) {
    return all(object, now, version).stream()
        .filter(attribute -> attribute.type().equals(type))
        .toList();
  }

  static Attributes attributes(List<Attribute<?>> list) {
    return new Attributes(list);
  }

  /** The first index is what a client assumes when there is none. */
  static Attribute<?> withoutFirstIndex(Attribute<?> attribute) {
    return attribute.index() == 0 ? attribute.at(Attribute.NO_INDEX) : attribute;
  }

  private static int rank(AttributeType<?> type) {
    if (type.isCustom()) {
      return 0;
    }
    int place = FIRST.indexOf(type);
    return place < 0 ? FIRST.size() + 1 : place + 1;
  }
}
