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

/** Changes a value of an object (KMIP 2.1 section 6.1.34). */
public record ModifyAttribute(
    ObjectId object, Optional<Attribute<?>> current, Attribute<?> attribute)
    implements Request<ModifyAttribute.Result> {
  public static final Structure<ModifyAttribute> TYPE =
      new Structure<>(fields ->
          new ModifyAttribute(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, ModifyAttribute::object),
              fields.choice(AttributeField.CURRENT, ModifyAttribute::current),
              fields.choice(AttributeField.NEW, ModifyAttribute::attribute)));

  @Override
  public Operation operation() {
    return Operation.MODIFY_ATTRIBUTE;
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
