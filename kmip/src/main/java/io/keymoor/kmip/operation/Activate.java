package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Takes an object into use (KMIP 2.1 section 6.1.1). */
public record Activate(ObjectId object) implements Request<Activate.Result> {
  public static final Structure<Activate> TYPE =
      new Structure<>(
          fields -> new Activate(fields.choice(ObjectId.UNIQUE_IDENTIFIER, Activate::object)));

  @Override
  public Operation operation() {
    return Operation.ACTIVATE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
