package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Duration;
import java.time.Instant;

/** Obtains a lease for using an object (KMIP 2.1 section 6.1.35). */
public record ObtainLease(ObjectId object) implements Request<ObtainLease.Result> {
  public static final Structure<ObtainLease> TYPE =
      new Structure<>(fields ->
          new ObtainLease(fields.choice(ObjectId.UNIQUE_IDENTIFIER, ObtainLease::object)));

  @Override
  public Operation operation() {
    return Operation.OBTAIN_LEASE;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier, Duration leaseTime, Instant lastChange)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.required(Tag.LEASE_TIME, Types.INTERVAL, Result::leaseTime),
                fields.required(Tag.LAST_CHANGE_DATE, Types.DATE_TIME, Result::lastChange)));
  }
}
