package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Brings an archived object back (KMIP 2.1 section 6.1.42). */
public record Recover(ObjectId object) implements Request<Recover.Result> {
  public static final Structure<Recover> TYPE =
      new Structure<>(
          fields -> new Recover(fields.choice(ObjectId.UNIQUE_IDENTIFIER, Recover::object)));

  @Override
  public Operation operation() {
    return Operation.RECOVER;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
