package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/**
 * Adds to the server's random number generator; the answer says how many bytes it took (KMIP 2.1
 * section 6.1.50).
 */
public record RngSeed(ByteString data) implements Request<RngSeed.Result> {
  public static final Structure<RngSeed> TYPE =
      new Structure<>(fields -> new RngSeed(fields.required(Tag.DATA, Types.BYTES, RngSeed::data)));

  @Override
  public Operation operation() {
    return Operation.RNG_SEED;
  }

  /** What the server answers. */
  public record Result(int length) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields -> new Result(fields.integer(Tag.DATA_LENGTH, Result::length)));
  }
}
