package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.AttributeReference;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** Fetches attributes, those named or all (KMIP 2.1 section 6.1.20). */
public record GetAttributes(ObjectId object, List<AttributeType<?>> names)
    implements Request<GetAttributes.Result> {
  public static final Structure<GetAttributes> TYPE =
      new Structure<>(fields ->
          new GetAttributes(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, GetAttributes::object),
              fields.choice(AttributeReference.REPEATED, GetAttributes::names)));

  /** Some attributes of an object; all where none is named. */
  public static GetAttributes of(String uniqueIdentifier, AttributeType<?>... names) {
    return new GetAttributes(ObjectId.of(uniqueIdentifier), List.of(names));
  }

  @Override
  public Operation operation() {
    return Operation.GET_ATTRIBUTES;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, Attributes attributes) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.choice(Attributes.FLAT, Result::attributes)));
  }
}
