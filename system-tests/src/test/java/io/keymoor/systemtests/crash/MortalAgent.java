package io.keymoor.systemtests.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.host.operation.CrashPoint;
import io.keymoor.host.operation.CrashTrigger;
import io.keymoor.quickstart.scene.JavaService;
import io.keymoor.quickstart.scene.Scene;
import java.time.Duration;
import java.util.Optional;

/** The agent of a lab, which dies where it is told to. */
final class MortalAgent {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Scene scene;
  private Optional<CrashPoint> armed = Optional.empty();

  MortalAgent(Scene scene) {
    this.scene = scene;
  }

  /** Has it running so that it dies at {@code point}. */
  void armFor(CrashPoint point) {
    if (!armed.equals(Optional.of(point)) || !service().running()) {
      scene.agent().stop();
      start(Optional.of(point));
    }
  }

  /** Waits until it has died of its crash point. */
  void awaitDeath() {
    assertThat(service().awaitExit(PATIENCE))
        .as("the agent reached %s", armed.map(CrashPoint::name).orElse("no point"))
        .isTrue();
    assertThat(service().exitCode()).hasValue(CrashTrigger.EXIT_STATUS);
    armed = Optional.empty();
  }

  /** Starts it, so that it dies at {@code point} if one is given. */
  void start(Optional<CrashPoint> point) {
    service().withoutProperties();
    point.ifPresent(fatal -> service().property(CrashTrigger.PROPERTY, fatal.name()));
    scene.agent().start();
    armed = point;
  }

  private JavaService service() {
    return scene.agent().service();
  }
}
