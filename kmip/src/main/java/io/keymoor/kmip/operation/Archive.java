package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Moves an object off line (KMIP 2.1 section 6.1.4). */
public record Archive(ObjectId object) implements Request<Archive.Result> {
  public static final Structure<Archive> TYPE =
      new Structure<>(
          fields -> new Archive(fields.choice(ObjectId.UNIQUE_IDENTIFIER, Archive::object)));

  @Override
  public Operation operation() {
    return Operation.ARCHIVE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
