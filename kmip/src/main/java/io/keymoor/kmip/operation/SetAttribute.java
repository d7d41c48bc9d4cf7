package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeField;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Sets the only value of an attribute (KMIP 2.1 section 6.1.51). */
public record SetAttribute(ObjectId object, Attribute<?> attribute)
    implements Request<SetAttribute.Result> {
  public static final Structure<SetAttribute> TYPE =
      new Structure<>(fields ->
          new SetAttribute(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, SetAttribute::object),
              fields.choice(AttributeField.NEW, SetAttribute::attribute)));

  @Override
  public Operation operation() {
    return Operation.SET_ATTRIBUTE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
