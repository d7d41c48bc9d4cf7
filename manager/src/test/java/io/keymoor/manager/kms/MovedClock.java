package io.keymoor.manager.kms;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that a test puts forward. */
final class MovedClock implements InstantSource {
  private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

  void forward(Duration time) {
    ahead.updateAndGet(before -> before.plus(time));
  }

  @Override
  public Instant instant() {
    return Instant.now().plus(ahead.get());
  }
}
