package io.keymoor.kmip.attribute;

import io.keymoor.kmip.codec.Structure;
import io.keymoor.kmip.codec.Types;
import io.keymoor.kmip.vocabulary.Tag;
import io.keymoor.kmip.vocabulary.UsageLimitsUnit;
import java.util.Optional;

/** The Usage Limits attribute (KMIP 2.1 section 4.59); clients leave the count to the server. */
public record UsageLimits(long total, Optional<Long> count, UsageLimitsUnit unit) {
  public static final Structure<UsageLimits> TYPE =
      new Structure<>(fields ->
          new UsageLimits(
              fields.required(Tag.USAGE_LIMITS_TOTAL, Types.LONG, UsageLimits::total),
              fields.optional(Tag.USAGE_LIMITS_COUNT, Types.LONG, UsageLimits::count),
              fields.required(Tag.USAGE_LIMITS_UNIT, UsageLimitsUnit.KIND, UsageLimits::unit)));
}
