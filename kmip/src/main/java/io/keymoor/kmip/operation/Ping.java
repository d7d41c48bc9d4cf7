package io.keymoor.kmip.operation;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.vocabulary.Operation;

/** Asks for an answer (KMIP 2.1 section 6.1.36). */
public record Ping() implements Request<Ping.Result> {
  public static final Structure<Ping> TYPE = new Structure<>(fields -> new Ping());

  @Override
  public Operation operation() {
    return Operation.PING;
  }

  /** What the server answers. */
  public record Result() implements Response {
    public static final Structure<Result> TYPE = new Structure<>(fields -> new Result());
  }
}
