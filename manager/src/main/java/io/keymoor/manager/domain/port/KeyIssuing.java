package io.keymoor.manager.domain.port;

import io.keymoor.provider.KeyId;
import io.keymoor.provider.KeyPurpose;
import java.util.List;
import java.util.UUID;

/**
 * New KEKs, many at a time. Thread-safe. A call may take as long as a network does: never inside a
 * transaction.
 */
@FunctionalInterface
public interface KeyIssuing {
  /**
   * Has the provider make a KEK for each purpose, in as few round trips as it allows. Throws
   * nothing for a key that can't be made. What was made and is never used is the provider's to find
   * again; nobody asks for it twice.
   *
   * @return one outcome per purpose, in the same order
   */
  List<Outcome> issue(UUID provider, List<KeyPurpose> purposes);

  /** What came of one purpose. */
  sealed interface Outcome {
    /** There is a new key. */
    record Issued(KeyId id) implements Outcome {}

    /**
     * There is none, or none that can be relied on.
     *
     * @param code stable
     * @param sentence for a person: what was wrong, and what to do
     * @param lasting whether it stays so until that person did it
     */
    record Refused(String code, String sentence, boolean lasting) implements Outcome {}
  }

  /** Native providers: hosts derive a KEK from its id, so a random id is a new key. */
  static KeyIssuing derived() {
    return (provider, purposes) ->
        purposes.stream().<Outcome>map(purpose -> new Outcome.Issued(KeyId.random())).toList();
  }
}
