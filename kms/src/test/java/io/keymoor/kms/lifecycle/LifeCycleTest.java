package io.keymoor.kms.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keymoor.kms.lifecycle.LifeCycle.Step;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifeCycleTest {
  private static final Instant NOW = Instant.parse("2026-11-25T08:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "PRE_ACTIVE,           ACTIVE,  ,            COMPROMISED,           DESTROYED",
    "ACTIVE,               ,        DEACTIVATED, COMPROMISED,           ",
    "DEACTIVATED,          ,        ,            COMPROMISED,           DESTROYED",
    "COMPROMISED,          ,        ,            COMPROMISED,           DESTROYED_COMPROMISED",
    "DESTROYED,            ,        ,            DESTROYED_COMPROMISED, ",
    "DESTROYED_COMPROMISED,,        ,            ,                      "
  })
  void everyStepFromEveryStateIsAllowedOrRefusedAsTheTableSays(
      ObjectState from,
      @Nullable String activate,
      @Nullable String deactivate,
      @Nullable String compromise,
      @Nullable String destroy) {
    assertThat(LifeCycle.after(from, Step.ACTIVATE)).isEqualTo(state(activate));
    assertThat(LifeCycle.after(from, Step.DEACTIVATE)).isEqualTo(state(deactivate));
    assertThat(LifeCycle.after(from, Step.COMPROMISE)).isEqualTo(state(compromise));
    assertThat(LifeCycle.after(from, Step.DESTROY)).isEqualTo(state(destroy));
  }

  @Test
  void datesChangeStatesWhenTheyCome() {
    Optional<Instant> past = Optional.of(NOW.minusSeconds(1));
    Optional<Instant> future = Optional.of(NOW.plusSeconds(1));
    Optional<Instant> none = Optional.empty();
    assertThat(LifeCycle.at(ObjectState.PRE_ACTIVE, past, none, NOW)).isEqualTo(ObjectState.ACTIVE);
    assertThat(LifeCycle.at(ObjectState.PRE_ACTIVE, Optional.of(NOW), none, NOW))
        .isEqualTo(ObjectState.ACTIVE);
    assertThat(LifeCycle.at(ObjectState.PRE_ACTIVE, future, none, NOW))
        .isEqualTo(ObjectState.PRE_ACTIVE);
    assertThat(LifeCycle.at(ObjectState.PRE_ACTIVE, past, past, NOW))
        .isEqualTo(ObjectState.DEACTIVATED);
    assertThat(LifeCycle.at(ObjectState.PRE_ACTIVE, none, past, NOW))
        .as("never activated")
        .isEqualTo(ObjectState.PRE_ACTIVE);
    assertThat(LifeCycle.at(ObjectState.COMPROMISED, past, past, NOW))
        .isEqualTo(ObjectState.COMPROMISED);
  }

  private static Optional<ObjectState> state(@Nullable String name) {
    return Optional.ofNullable(name).map(ObjectState::valueOf);
  }
}
