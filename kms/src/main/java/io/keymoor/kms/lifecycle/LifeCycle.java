package io.keymoor.kms.lifecycle;

import static io.keymoor.kms.lifecycle.ObjectState.ACTIVE;
import static io.keymoor.kms.lifecycle.ObjectState.COMPROMISED;
import static io.keymoor.kms.lifecycle.ObjectState.DEACTIVATED;
import static io.keymoor.kms.lifecycle.ObjectState.DESTROYED;
import static io.keymoor.kms.lifecycle.ObjectState.DESTROYED_COMPROMISED;
import static io.keymoor.kms.lifecycle.ObjectState.PRE_ACTIVE;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The life cycle of a managed cryptographic object (KMIP 1.4 section 3.22, NIST SP 800-57 part 1),
 * as one table; what is not in it is refused.
 *
 * <pre>
 *                 activate   deactivate    compromise              destroy
 *   pre-active    active     -             compromised             destroyed
 *   active        -          deactivated   compromised             -
 *   deactivated   -          -             compromised             destroyed
 *   compromised   -          -             (compromised)           destroyed compromised
 *   destroyed     -          -             destroyed compromised   -
 *   d.compromised -          -             -                       -
 * </pre>
 *
 * <p>Dates change states without anybody asking: a pre-active object whose activation date has come
 * is active, an active one whose deactivation date has come is deactivated.
 */
public final class LifeCycle {
  /** What somebody may want of an object. */
  public enum Step {
    ACTIVATE,
    DEACTIVATE,
    COMPROMISE,
    DESTROY
  }

  private static final Map<ObjectState, Map<Step, ObjectState>> TABLE =
      new EnumMap<>(
          Map.of(
              PRE_ACTIVE,
              Map.of(
                  Step.ACTIVATE, ACTIVE,
                  Step.COMPROMISE, COMPROMISED,
                  Step.DESTROY, DESTROYED),
              ACTIVE,
              Map.of(Step.DEACTIVATE, DEACTIVATED, Step.COMPROMISE, COMPROMISED),
              DEACTIVATED,
              Map.of(Step.COMPROMISE, COMPROMISED, Step.DESTROY, DESTROYED),
              COMPROMISED,
              Map.of(Step.COMPROMISE, COMPROMISED, Step.DESTROY, DESTROYED_COMPROMISED),
              DESTROYED,
              Map.of(Step.COMPROMISE, DESTROYED_COMPROMISED),
              DESTROYED_COMPROMISED,
              Map.of()));

  private LifeCycle() {}

  /** The state after {@code step}; empty where the table refuses it. */
  public static Optional<ObjectState> after(ObjectState state, Step step) {
    return Optional.ofNullable(TABLE.getOrDefault(state, Map.of()).get(step));
  }

  /** The state of an object at {@code now}, given the state it was stored with and its dates. */
  public static ObjectState at(
      ObjectState stored,
      Optional<Instant> activation,
      Optional<Instant> deactivation,
      Instant now) {
    ObjectState state = stored;
    if (state == PRE_ACTIVE && hasCome(activation, now)) {
      state = ACTIVE;
    }
    if (state == ACTIVE && hasCome(deactivation, now)) {
      state = DEACTIVATED;
    }
    return state;
  }

  private static boolean hasCome(Optional<Instant> date, Instant now) {
    return date.isPresent() && !date.get().isAfter(now);
  }
}
