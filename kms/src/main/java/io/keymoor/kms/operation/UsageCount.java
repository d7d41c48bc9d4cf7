package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.UsageLimits;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.UsageLimitsUnit;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.kms.object.StoredObject;
import java.util.Optional;

/** What is left of an object's usage limits (KMIP 1.4 section 3.21). */
final class UsageCount {
  private UsageCount() {}

  /** The object after {@code amount} of its limits was handed out. */
  static StoredObject taken(StoredObject object, long amount) {
    Optional<UsageLimits> limits = object.first(AttributeTypes.USAGE_LIMITS);
    if (limits.isEmpty()) {
      return object;
    }
    long left = limits.get().count().orElse(limits.get().total());
    if (amount < 0 || amount > left) {
      throw new KmipFailure(
          ResultReason.USAGE_LIMIT_EXCEEDED, "The object's usage limits do not allow that much.");
    }
    return object.with(
        AttributeTypes.USAGE_LIMITS,
        new UsageLimits(limits.get().total(), Optional.of(left - amount), limits.get().unit()));
  }

  /** The object after the server protected {@code bytes} with it, in one operation. */
  static StoredObject used(StoredObject object, int bytes) {
    boolean byBytes =
        object
            .first(AttributeTypes.USAGE_LIMITS)
            .filter(limits -> limits.unit().equals(UsageLimitsUnit.BYTE))
            .isPresent();
    return taken(object, byBytes ? bytes : 1);
  }
}
