package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.vocabulary.AdjustmentType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.ttlv.Ttlv;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Increment, decrement and negation of a value (KMIP 2.1 section 6.1.3). */
final class Adjustment {
  private Adjustment() {}

  static <T> Attribute<T> of(Attribute<T> attribute, AdjustmentType how, Optional<Ttlv> by) {
    try {
      Object value = adjusted(attribute.value(), how, by);
      @SuppressWarnings("unchecked") // Every case below answers the type it was given.
      T same = (T) value;
      return new Attribute<>(attribute.type(), attribute.index(), same);
    } catch (ArithmeticException overflow) {
      throw new KmipFailure(
          ResultReason.NUMERIC_RANGE, "The result is beyond what the attribute can hold.");
    }
  }

  private static Object adjusted(Object value, AdjustmentType how, Optional<Ttlv> by) {
    if (how.equals(AdjustmentType.NEGATE)) {
      return switch (value) {
        case Boolean truth -> !truth;
        case Ttlv.Bool(int tag, boolean truth) -> new Ttlv.Bool(tag, !truth);
        case Integer number -> Math.negateExact(number);
        case Long number -> Math.negateExact(number);
        case Ttlv.Int(int tag, int number) -> new Ttlv.Int(tag, Math.negateExact(number));
        case Ttlv.LongInt(int tag, long number) -> new Ttlv.LongInt(tag, Math.negateExact(number));
        default -> throw notAdjustable();
      };
    }
    long step = how.equals(AdjustmentType.DECREMENT) ? Math.negateExact(step(by)) : step(by);
    return switch (value) {
      case Integer number -> Math.toIntExact(Math.addExact((long) number, step));
      case Long number -> Math.addExact(number, step);
      case Instant time -> Instant.ofEpochSecond(Math.addExact(time.getEpochSecond(), step));
      case Duration interval -> Duration.ofSeconds(positive(interval.toSeconds() + step));
      case Ttlv.Int(int tag, int number) ->
          new Ttlv.Int(tag, Math.toIntExact(Math.addExact((long) number, step)));
      case Ttlv.LongInt(int tag, long number) -> new Ttlv.LongInt(tag, Math.addExact(number, step));
      case Ttlv.DateTime(int tag, long seconds) ->
          new Ttlv.DateTime(tag, Math.addExact(seconds, step));
      case Ttlv.Interval(int tag, long seconds) ->
          new Ttlv.Interval(tag, positive(Math.addExact(seconds, step)));
      default -> throw notAdjustable();
    };
  }

  private static long step(Optional<Ttlv> by) {
    if (by.isEmpty()) {
      return 1;
    }
    return switch (by.get()) {
      case Ttlv.Int(int _, int number) -> number;
      case Ttlv.LongInt(int _, long number) -> number;
      case Ttlv.Interval(int _, long seconds) -> seconds;
      default -> throw notAdjustable();
    };
  }

  private static long positive(long seconds) {
    if (seconds < 0 || seconds > 0xffffffffL) {
      throw new ArithmeticException("an interval out of range");
    }
    return seconds;
  }

  private static KmipFailure notAdjustable() {
    return new KmipFailure(
        ResultReason.INVALID_DATA_TYPE, "A value of this type cannot be adjusted so.");
  }
}
