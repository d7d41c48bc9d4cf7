package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.AttributeType.ClientSets;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.Name;
import io.keymoor.kmip.attribute.UsageLimits;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients may say about attributes: the columns of the attribute table, enforced. */
final class AttributeRules {
  /** Values of one attribute, and attributes of one object, that this server keeps. */
  static final int MOST_VALUES = 1000;

  private static final int MOST_NAME_CHARACTERS = 1024;

  private AttributeRules() {}

  /**
   * The attributes of a new object as the client gave them, with an index for each value of those
   * that may have several.
   */
  static List<Attribute<?>> atCreation(Attributes given, ProtocolVersion version) {
    Map<AttributeType<?>, Integer> seen = new HashMap<>();
    List<Attribute<?>> accepted = new ArrayList<>();
    for (Attribute<?> attribute : given.list()) {
      AttributeType<?> type = attribute.type();
      requireKnown(type, version);
      if (type.clientSets() == ClientSets.NEVER) {
        throw new KmipFailure(
            version.isTagged() ? ResultReason.READ_ONLY_ATTRIBUTE : ResultReason.INVALID_FIELD,
            "Clients cannot set the attribute " + type.name() + ".");
      }
      int index = seen.merge(type, 1, Integer::sum) - 1;
      if (index > 0 && !type.isMultiple()) {
        throw new KmipFailure(
            version.isTagged() ? ResultReason.ATTRIBUTE_SINGLE_VALUED : ResultReason.INVALID_FIELD,
            "The attribute " + type.name() + " has one value only.");
      }
      requireRoom(accepted.size());
      accepted.add(indexed(checked(attribute), index));
    }
    return accepted;
  }

  /** The value with its index, where the attribute may have several. */
  static <T> Attribute<T> indexed(Attribute<T> attribute, int index) {
    return attribute.at(attribute.type().isMultiple() ? index : Attribute.NO_INDEX);
  }

  static void requireKnown(AttributeType<?> type, ProtocolVersion version) {
    if (!type.isKnown() || !type.isIn(version)) {
      throw new KmipFailure(
          version.isTagged() ? ResultReason.UNSUPPORTED_ATTRIBUTE : ResultReason.INVALID_FIELD,
          "This server does not know the attribute " + type.name() + " in KMIP " + version + ".");
    }
  }

  static void requireRoom(int values) {
    if (values >= MOST_VALUES) {
      throw new KmipFailure(
          ResultReason.INDEX_OUT_OF_BOUNDS,
          "An object has " + MOST_VALUES + " attribute values at most.");
    }
  }

  /** A value that makes sense for its attribute. */
  static <T> Attribute<T> checked(Attribute<T> attribute) {
    Optional<Attribute<Name>> name = attribute.as(AttributeTypes.NAME);
    if (name.isPresent()
        && (name.get().value().value().isEmpty()
            || name.get().value().value().length() > MOST_NAME_CHARACTERS)) {
      throw new KmipFailure(
          ResultReason.INVALID_ATTRIBUTE_VALUE,
          "A name has between 1 and " + MOST_NAME_CHARACTERS + " characters.");
    }
    Optional<Attribute<UsageLimits>> limits = attribute.as(AttributeTypes.USAGE_LIMITS);
    if (limits.isPresent() && limits.get().value().total() < 0) {
      throw new KmipFailure(
          ResultReason.INVALID_ATTRIBUTE_VALUE, "Usage limits cannot be negative.");
    }
    return attribute;
  }
}
