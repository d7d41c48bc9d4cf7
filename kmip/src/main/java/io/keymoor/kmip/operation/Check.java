package io.keymoor.kmip.operation;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.Tag;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks whether an object may be used in a way; the answer names what is refused (KMIP 2.1 section
 * 6.1.7).
 */
public record Check(
    ObjectId object,
    Optional<Long> usageLimitsCount,
    Optional<Integer> usageMask,
    Optional<Duration> leaseTime)
    implements Request<Check.Result> {
  public static final Structure<Check> TYPE =
      new Structure<>(fields ->
          new Check(
              fields.choice(ObjectId.UNIQUE_IDENTIFIER, Check::object),
              fields.optional(Tag.USAGE_LIMITS_COUNT, Types.LONG, Check::usageLimitsCount),
              fields.optional(
                  Tag.CRYPTOGRAPHIC_USAGE_MASK,
                  Types.mask(Tag.CRYPTOGRAPHIC_USAGE_MASK),
                  Check::usageMask),
              fields.optional(Tag.LEASE_TIME, Types.INTERVAL, Check::leaseTime)));

  @Override
  public Operation operation() {
    return Operation.CHECK;
  }

  /** What the server answers. */
  public record Result(
      String uniqueIdentifier,
      Optional<Long> usageLimitsCount,
      Optional<Integer> usageMask,
      Optional<Duration> leaseTime)
      implements Response {
    public static final Structure<Result> TYPE =
        new Structure<>(fields ->
            new Result(
                fields.required(Tag.UNIQUE_IDENTIFIER, Types.TEXT, Result::uniqueIdentifier),
                fields.optional(Tag.USAGE_LIMITS_COUNT, Types.LONG, Result::usageLimitsCount),
                fields.optional(
                    Tag.CRYPTOGRAPHIC_USAGE_MASK,
                    Types.mask(Tag.CRYPTOGRAPHIC_USAGE_MASK),
                    Result::usageMask),
                fields.optional(Tag.LEASE_TIME, Types.INTERVAL, Result::leaseTime)));
  }
}
