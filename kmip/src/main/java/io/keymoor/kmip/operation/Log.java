package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Writes a line into the server's log (KMIP 2.1 section 6.1.29). */
public record Log(String message) implements Request<Log.Result> {
  public static final Structure<Log> TYPE =
      new Structure<>(
          fields -> new Log(fields.required(Tag.LOG_MESSAGE, Types.TEXT, Log::message)));

  @Override
  public Operation operation() {
    return Operation.LOG;
  }

  /** What the server answers. */
  public record Result() implements Response {
    public static final Structure<Result> TYPE = new Structure<>(fields -> new Result());
  }
}
