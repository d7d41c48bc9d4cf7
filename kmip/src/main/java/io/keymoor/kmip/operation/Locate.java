package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.ObjectGroupMember;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;
import java.util.Optional;

/** Finds objects by their attributes (KMIP 2.1 section 6.1.28). */
public record Locate(
    Optional<Integer> maximumItems,
    Optional<Integer> offsetItems,
    Optional<Integer> storageStatus,
    Optional<ObjectGroupMember> objectGroupMember,
    Attributes attributes)
    implements Request<Locate.Result> {
  public static final Structure<Locate> TYPE =
      new Structure<>(fields ->
          new Locate(
              fields.optional(Tag.MAXIMUM_ITEMS, Types.INTEGER, Locate::maximumItems),
              fields
                  .since(ProtocolVersion.V1_3)
                  .optional(Tag.OFFSET_ITEMS, Types.INTEGER, Locate::offsetItems),
              fields.optional(
                  Tag.STORAGE_STATUS_MASK,
                  Types.mask(Tag.STORAGE_STATUS_MASK),
                  Locate::storageStatus),
              fields
                  .since(ProtocolVersion.V1_1)
                  .optional(
                      Tag.OBJECT_GROUP_MEMBER, ObjectGroupMember.KIND, Locate::objectGroupMember),
              fields.choice(Attributes.FLAT, Locate::attributes)));

  /** All objects that have these attributes. */
  public static Locate of(Attribute<?>... attributes) {
    return new Locate(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Attributes.of(attributes));
  }

  @Override
  public Operation operation() {
    return Operation.LOCATE;
  }

  /** What the server answers. */
  public record Result(Optional<Integer> locatedItems, List<String> uniqueIdentifiers)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields
                    .since(ProtocolVersion.V1_3)
                    .optional(Tag.LOCATED_ITEMS, Types.INTEGER, Result::locatedItems),
                fields.repeated(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifiers)));

    public Result {
      uniqueIdentifiers = List.copyOf(uniqueIdentifiers);
    }
  }
}
