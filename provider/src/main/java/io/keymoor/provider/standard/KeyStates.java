package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.vocabulary.State;
import java.util.Optional;

/** What a key's state in its KMS means to us. */
final class KeyStates {
  private KeyStates() {}

  /** The state in an answer that has one. */
  static Optional<State> state(Answer answer) {
    return answer instanceof Answer.Done done
            && done.payload() instanceof GetAttributes.Result result
        ? result.attributes().first(AttributeTypes.STATE)
        : Optional.empty();
  }

  /** Whether the key material is gone. */
  static boolean isGone(State state) {
    return state.equals(State.DESTROYED) || state.equals(State.DESTROYED_COMPROMISED);
  }

  /**
   * What is to be said of a key that is in this state; empty where nothing is. Deactivated and
   * compromised keys still open what they protect (KMIP 2.1 section 4.54 allows processing).
   */
  static Optional<String> words(State state) {
    if (isGone(state)) {
      return Optional.of(
          "it was destroyed in the KMS; only a backup of the KMS from before can bring it back");
    }
    if (state.equals(State.COMPROMISED)) {
      return Optional.of("it is marked as compromised in the KMS: rekey what it protects, deeply");
    }
    if (state.equals(State.DEACTIVATED)) {
      return Optional.of("it was deactivated in the KMS: rekey what it protects");
    }
    return Optional.empty();
  }
}
