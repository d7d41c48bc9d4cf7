package io.keymoor.tpm;

import java.util.Optional;

/**
 * Under what a sealed secret opens, beside lying in the same TPM. All of it is checked by the TPM,
 * not by us. Immutable.
 *
 * @param pcrs registers that have to be as they were when it was sealed
 * @param approver whose signature allows other values of these registers (PolicyAuthorize)
 * @param counter how long it lives
 */
public record SealCondition(
    PcrSelection pcrs, Optional<Approver> approver, Optional<CounterBound> counter) {
  /** The same TPM is enough. */
  public static final SealCondition NONE =
      new SealCondition(PcrSelection.NONE, Optional.empty(), Optional.empty());

  public SealCondition {
    if (approver.isPresent() && pcrs.isEmpty()) {
      throw new IllegalArgumentException("without registers there is nothing to approve");
    }
  }

  /** Registers, and nothing else. */
  public static SealCondition of(PcrSelection pcrs) {
    return new SealCondition(pcrs, Optional.empty(), Optional.empty());
  }

  /** For the life of {@code bound}. */
  public SealCondition during(CounterBound bound) {
    return new SealCondition(pcrs, approver, Optional.of(bound));
  }

  boolean isEmpty() {
    return pcrs.isEmpty() && counter.isEmpty();
  }
}
