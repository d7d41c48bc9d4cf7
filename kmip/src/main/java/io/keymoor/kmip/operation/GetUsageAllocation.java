package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;

/** Reserves part of an object's usage limits (KMIP 2.1 section 6.1.23). */
public record GetUsageAllocation(ObjectId object, long usageLimitsCount)
    implements Request<GetUsageAllocation.Result> {
  public static final Structure<GetUsageAllocation> TYPE =
      new Structure<>(fields ->
          new GetUsageAllocation(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, GetUsageAllocation::object),
              fields.required(
                  Tag.USAGE_LIMITS_COUNT, Types.LONG, GetUsageAllocation::usageLimitsCount)));

  @Override
  public Operation operation() {
    return Operation.GET_USAGE_ALLOCATION;
  }

  /** What the server answers. */
  public record Result(String uniqueIdentifier) implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier)));
  }
}
