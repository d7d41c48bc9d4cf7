package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Erases an object's key material (KMIP 2.1 section 6.1.15). */
public record Destroy(ObjectId object) implements Request<Destroy.Result> {
  public static final Structure<Destroy> TYPE =
      new Structure<>(
          fields -> new Destroy(fields.choice(ObjectId.UNIQUE_IDENTIFIER, Destroy::object)));

  @Override
  public Operation operation() {
    return Operation.DESTROY;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
