package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.RevocationReason;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Instant;
import java.util.Optional;

/** Takes an object out of use (KMIP 2.1 section 6.1.44). */
public record Revoke(
    ObjectId object, RevocationReason reason, Optional<Instant> compromiseOccurrence)
    implements Request<Revoke.Result> {
  public static final Structure<Revoke> TYPE =
      new Structure<>(fields ->
          new Revoke(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Revoke::object),
              fields.required(Tag.REVOCATION_REASON, RevocationReason.TYPE, Revoke::reason),
              fields.optional(
                  Tag.COMPROMISE_OCCURRENCE_DATE, Types.DATE_TIME, Revoke::compromiseOccurrence)));

  @Override
  public Operation operation() {
    return Operation.REVOKE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
