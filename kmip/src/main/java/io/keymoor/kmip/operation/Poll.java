package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Asks for the answer of an asynchronous operation, which may be any (KMIP 2.1 section 6.1.38). */
public record Poll(ByteString correlationValue) implements Request<Response> {
  public static final Structure<Poll> TYPE =
      new Structure<>(fields ->
          new Poll(
              fields.required(
                  Tag.ASYNCHRONOUS_CORRELATION_VALUE, Types.BYTES, Poll::correlationValue)));

  @Override
  public Operation operation() {
    return Operation.POLL;
  }
}
