package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeField;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Deletes values of an object (KMIP 2.1 section 6.1.13). */
public record DeleteAttribute(
    ObjectId object,
    Optional<Attribute<?>> current,
    Optional<AttributeType<?>> name,
    Optional<Integer> index)
    implements Request<DeleteAttribute.Result> {
  public static final Structure<DeleteAttribute> TYPE =
      new Structure<>(fields ->
          new DeleteAttribute(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, DeleteAttribute::object),
              fields.choice(AttributeField.CURRENT, DeleteAttribute::current),
              fields.choice(AttributeField.REFERENCE, DeleteAttribute::name),
              fields
                  .until(ProtocolVersion.V1_4)
                  .optional(Tag.ATTRIBUTE_INDEX, Types.INTEGER, DeleteAttribute::index)));

  @Override
  public Operation operation() {
    return Operation.DELETE_ATTRIBUTE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, Optional<Attribute<?>> attribute)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields
                    .until(ProtocolVersion.V1_4)
                    .optional(Tag.ATTRIBUTE, Attribute.NAMED, Result::attribute)));
  }
}
