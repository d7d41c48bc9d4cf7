package io.keymoor.protocol;

import java.util.List;

/**
 * How several commands ended, sent to "results": one acknowledgement stands for all of them. A host
 * in the middle of a bulk rekey has many to tell, and the manager makes them durable together.
 *
 * @param outcomes at most {@value #MOST}
 */
public record CommandOutcomes(List<CommandOutcome> outcomes) {
  /** The most in one message. */
  public static final int MOST = 1000;

  public CommandOutcomes {
    outcomes = List.copyOf(outcomes);
    if (outcomes.size() > MOST) {
      throw new IllegalArgumentException("a message holds at most " + MOST + " outcomes");
    }
  }
}
