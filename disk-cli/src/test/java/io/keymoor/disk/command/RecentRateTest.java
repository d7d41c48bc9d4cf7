package io.keymoor.disk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class RecentRateTest {
  private static final long TENTH = 100_000_000;

  private long now = 7;
  private long done = 900_000;
  private final RecentRate rate = new RecentRate(() -> now);

  private double afterTenths(int count) {
    double last = 0;
    for (int i = 0; i < count; i++) {
      now += TENTH;
      done += 100;
      last = rate.at(done);
    }
    return last;
  }

  @Test
  void whatWasDoneBeforeDoesNotCount() {
    assertThat(rate.at(done)).isZero();
    assertThat(afterTenths(3)).isCloseTo(1000, offset(1e-6));
    assertThat(afterTenths(300)).isCloseTo(1000, offset(1e-6));
  }

  @Test
  void aStopOfAnHourIsForgottenWithinTenSeconds() {
    rate.at(done);
    afterTenths(20);
    now += 36_000 * TENTH;
    assertThat(afterTenths(1)).isLessThan(10);
    assertThat(afterTenths(101)).isCloseTo(1000, offset(1e-6));
  }
}
