package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.InteropFunction;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.util.Optional;

/** Marks the begin and the end of an interoperability test (KMIP 2.1 section 6.1.26). */
public record Interop(InteropFunction function, Optional<String> identifier)
    implements Request<Interop.Result> {
  public static final Structure<Interop> TYPE =
      new Structure<>(fields ->
          new Interop(
              fields.required(Tag.INTEROP_FUNCTION, InteropFunction.KIND, Interop::function),
              fields.optional(Tag.INTEROP_IDENTIFIER, Types.TEXT, Interop::identifier)));

  @Override
  public Operation operation() {
    return Operation.INTEROP;
  }

  /** What the server answers. */
  public record Result() implements Response {
    public static final Structure<Result> TYPE = new Structure<>(fields -> new Result());
  }
}
