package io.keymoor.disk.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class RateLimitTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TOTAL = 1_000_000_000_000L;

  private long now;
  private long parked;

  private RateLimit limit(long bytesPerSecond) {
    return new RateLimit(
        bytesPerSecond,
        ProgressListener.SILENT,
        () -> now,
        nanos -> {
          parked += nanos;
          now += nanos;
        });
  }

  @Test
  void theRateHoldsFromTheFirstReportOnWhateverWasDoneBefore() {
    RateLimit limit = limit(1000);
    limit.progress(900_000, TOTAL);
    assertThat(parked).isZero();
    for (int i = 1; i <= 10; i++) {
      limit.progress(900_000 + i * 500, TOTAL);
    }
    assertThat(parked).isEqualTo(5 * SECOND);
  }

  @Test
  void whatStoodStillForAnHourCatchesNothingUp() {
    RateLimit limit = limit(1000);
    limit.progress(0, TOTAL);
    limit.progress(500, TOTAL);
    now += 3600 * SECOND;
    limit.progress(1000, TOTAL);
    parked = 0;
    limit.progress(1500, TOTAL);
    limit.progress(2000, TOTAL);
    assertThat(parked).isEqualTo(SECOND);
  }

  @Test
  void aWaitIsShortEnoughThatACancellationIsHeard() {
    RateLimit limit = limit(1);
    limit.progress(0, TOTAL);
    limit.progress(1_000_000, TOTAL);
    assertThat(parked).isEqualTo(SECOND);
  }

  @Test
  void theEndIsNotHeldBackAndNoLimitIsNone() {
    limit(1).progress(TOTAL, TOTAL);
    assertThat(parked).isZero();
    ProgressListener next = (done, total) -> {};
    assertThat(RateLimit.of(0, next)).isSameAs(next);
    assertThatIllegalArgumentException().isThrownBy(() -> RateLimit.of(-1, next));
  }
}
