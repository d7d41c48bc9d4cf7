package io.keymoor.host.vm;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.command.CommandControl;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldBackTest {
  private final List<String> heard = new ArrayList<>();

  private final CommandControl cancelled =
      new CommandControl() {
        @Override
        public void progress(String phase, long done, long total, String unit) {
          heard.add(phase + " " + done + " of " + total + " " + unit);
        }

        @Override
        public boolean cancelled() {
          return true;
        }
      };

  @Test
  void withoutALimitNothingStandsBetween() {
    assertThat(HeldBack.to(0, cancelled)).isSameAs(cancelled);
  }

  @Test
  void everyReportIsPassedOnAndACancelledCommandIsNotHeldBack() {
    CommandControl held = HeldBack.to(1, cancelled);
    held.progress("encrypting", 1_000_000, 2_000_000, "bytes");
    held.progress("waiting", 0, 0, "steps");
    assertThat(heard)
        .containsExactly("encrypting 1000000 of 2000000 bytes", "waiting 0 of 0 steps");
    assertThat(held.cancelled()).isTrue();
  }
}
