package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.CancellationResult;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Gives an asynchronous operation up (KMIP 2.1 section 6.1.5). */
public record Cancel(ByteString correlationValue) implements Request<Cancel.Result> {
  public static final Structure<Cancel> TYPE =
      new Structure<>(fields ->
          new Cancel(
              fields.required(
                  Tag.ASYNCHRONOUS_CORRELATION_VALUE, Types.BYTES, Cancel::correlationValue)));

  @Override
  public Operation operation() {
    return Operation.CANCEL;
  }

  /** What the server answers. */
  public record Result(ByteString correlationValue, CancellationResult result) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(
                    Tag.ASYNCHRONOUS_CORRELATION_VALUE, Types.BYTES, Result::correlationValue),
                fields.required(Tag.CANCELLATION_RESULT, CancellationResult.KIND, Result::result)));
  }
}
