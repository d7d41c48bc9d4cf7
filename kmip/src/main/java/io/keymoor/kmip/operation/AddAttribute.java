package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeField;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ProtocolVersion;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Adds a value to an object (KMIP 2.1 section 6.1.2). */
public record AddAttribute(ObjectId object, Attribute<?> attribute)
    implements Request<AddAttribute.Result> {
  public static final Structure<AddAttribute> TYPE =
      new Structure<>(fields ->
          new AddAttribute(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, AddAttribute::object),
              fields.choice(AttributeField.NEW, AddAttribute::attribute)));

  @Override
  public Operation operation() {
    return Operation.ADD_ATTRIBUTE;
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
