package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.vocabulary.State;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderReference;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fetches keys from a KMS, many in a message. Their states are a question of their own, for which a
 * host that waits for its keys need not wait; of those that the KMS refused, they say why.
 * Thread-safe.
 */
final class KeyFetcher {
  private static final int KEY_BYTES = 32;

  private final ProviderReference provider;
  private final KmsCluster cluster;
  private final KeyMaker maker;

  KeyFetcher(ProviderReference provider, KmsCluster cluster, KeyMaker maker) {
    this.provider = provider;
    this.cluster = cluster;
    this.maker = maker;
  }

  /** Fetches keys, and says nothing of those that it got. */
  FoundKeys fetch(Collection<KeyId> wanted) {
    List<KeyId> ids = wanted.stream().distinct().toList();
    List<Answer> answers = cluster.all(ids.stream().map(id -> Get.of(id.text())).toList());
    List<IssuedKey> keys = new ArrayList<>();
    Map<KeyId, Answer> refused = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      KeyId id = ids.get(i);
      Answer got = answers.get(i);
      if (got instanceof Answer.Refused no && no.isUnknownObject()) {
        got = cluster.everywhere(Get.of(id.text()));
      }
      Optional<SecretBytes> material = material(got);
      material.ifPresent(bytes -> keys.add(new IssuedKey(provider, id, bytes)));
      if (material.isEmpty()) {
        refused.put(id, got);
      }
    }
    return new FoundKeys(keys, reasons(refused), Map.of());
  }

  private Map<KeyId, String> reasons(Map<KeyId, Answer> refused) {
    Map<KeyId, State> states =
        states(
            refused.entrySet().stream()
                .filter(each -> isAnswer(each.getValue()))
                .map(Map.Entry::getKey)
                .toList());
    Map<KeyId, String> reasons = new LinkedHashMap<>();
    refused.forEach((id, got) -> reasons.put(id, reason(got, Optional.ofNullable(states.get(id)))));
    return reasons;
  }

  /** Whether the KMS said something; one that did not is not asked again at once. */
  private static boolean isAnswer(Answer got) {
    return switch (got) {
      case Answer.Done _, Answer.Refused _ -> true;
      case Answer.Lost _, Answer.Unreachable _ -> false;
    };
  }

  /**
   * Sees to keys that the KMS gave: activates those whose maker died before activating them, which
   * are in use all the same.
   *
   * @return what a person should know of some of them
   */
  Map<KeyId, String> attend(Collection<KeyId> ids) {
    Map<KeyId, String> notes = new LinkedHashMap<>();
    List<KeyId> forgotten = new ArrayList<>();
    states(ids)
        .forEach((id, state) -> {
          KeyStates.words(state).ifPresent(words -> notes.put(id, words));
          if (state.equals(State.PRE_ACTIVE)) {
            forgotten.add(id);
          }
        });
    if (!forgotten.isEmpty()) {
      var _ = maker.activate(forgotten);
    }
    return notes;
  }

  private Map<KeyId, State> states(Collection<KeyId> wanted) {
    List<KeyId> ids = List.copyOf(wanted);
    List<Answer> answers =
        cluster.all(
            ids.stream().map(id -> GetAttributes.of(id.text(), AttributeTypes.STATE)).toList());
    Map<KeyId, State> states = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      KeyId id = ids.get(i);
      KeyStates.state(answers.get(i)).ifPresent(state -> states.put(id, state));
    }
    return states;
  }

  private static String reason(Answer got, Optional<State> state) {
    Optional<String> gone = state.filter(KeyStates::isGone).flatMap(KeyStates::words);
    if (gone.isPresent()) {
      return gone.get();
    }
    return switch (got) {
      case Answer.Done _ -> "what the KMS gave is no AES key of 256 bits in clear";
      case Answer.Refused refused when refused.isUnknownObject() ->
          "no server of the KMS knows it ("
              + refused.sentence()
              + "); was the KMS restored from"
              + " an older backup, or is this another KMS?";
      case Answer.Refused refused when refused.isForbidden() ->
          "the KMS does not let this manager have it ("
              + refused.sentence()
              + "); see there which client or group it belongs to";
      case Answer.Refused refused -> refused.sentence();
      case Answer.Lost lost -> lost.sentence();
      case Answer.Unreachable away -> away.sentence();
    };
  }

  /** The key's bytes, owned by the caller. */
  static Optional<SecretBytes> material(Answer answer) {
    if (!(answer instanceof Answer.Done done) || !(done.payload() instanceof Get.Result got)) {
      return Optional.empty();
    }
    try (ManagedObject object = got.managedObject()) {
      return object
          .keyBlock()
          .flatMap(KeyBlock::value)
          .flatMap(KeyFetcher::clear)
          .filter(bytes -> bytes.length() == KEY_BYTES)
          .map(SecretBytes::copy);
    }
  }

  private static Optional<SecretBytes> clear(KeyValue value) {
    if (!(value instanceof KeyValue.Plain plain)) {
      return Optional.empty();
    }
    if (plain.material() instanceof KeyMaterial.Encoded raw) {
      return Optional.of(raw.bytes());
    }
    return plain.material() instanceof KeyMaterial.TransparentSymmetricKey it
        ? Optional.of(it.key())
        : Optional.empty();
  }
}
