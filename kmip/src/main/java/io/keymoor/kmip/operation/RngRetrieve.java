package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Fetches random bytes; the length is in bytes (KMIP 2.1 section 6.1.49). */
public record RngRetrieve(int length) implements Request<RngRetrieve.Result> {
  public static final Structure<RngRetrieve> TYPE =
      new Structure<>(
          fields -> new RngRetrieve(fields.integer(Tag.DATA_LENGTH, RngRetrieve::length)));

  @Override
  public Operation operation() {
    return Operation.RNG_RETRIEVE;
  }

  /** What the server answers. */
  public record Result(ByteString data) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields -> new Result(fields.required(Tag.DATA, Types.BYTES, Result::data)));
  }
}
