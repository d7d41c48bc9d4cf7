package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.AttributeReference;
import io.keymoor.kmip.attribute.AttributeType;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.List;

/** Fetches the names of the attributes an object has (KMIP 2.1 section 6.1.21). */
public record GetAttributeList(ObjectId object) implements Request<GetAttributeList.Result> {
  public static final Structure<GetAttributeList> TYPE =
      new Structure<>(fields ->
          new GetAttributeList(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, GetAttributeList::object)));

  @Override
  public Operation operation() {
    return Operation.GET_ATTRIBUTE_LIST;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, List<AttributeType<?>> names) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.choice(AttributeReference.REPEATED, Result::names)));
  }
}
