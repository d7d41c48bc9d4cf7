package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.GetAttributes;
import io.keymoor.kmip.operation.Request;
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

/** Fetches keys from a KMS: Get and GetAttributes State of each, many in a message. Thread-safe. */
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

  FoundKeys fetch(Collection<KeyId> wanted) {
    List<KeyId> ids = wanted.stream().distinct().toList();
    List<Request<?>> requests = new ArrayList<>();
    for (KeyId id : ids) {
      requests.add(Get.of(id.text()));
      requests.add(GetAttributes.of(id.text(), AttributeTypes.STATE));
    }
    List<Answer> answers = cluster.all(requests);
    List<IssuedKey> keys = new ArrayList<>();
    Map<KeyId, String> missing = new LinkedHashMap<>();
    Map<KeyId, String> notes = new LinkedHashMap<>();
    List<KeyId> forgotten = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      KeyId id = ids.get(i);
      Answer got = answers.get(2 * i);
      if (got instanceof Answer.Refused refused && refused.isUnknownObject()) {
        got = cluster.everywhere(Get.of(id.text()));
      }
      Optional<State> state = KeyStates.state(answers.get(2 * i + 1));
      Optional<SecretBytes> material = material(got);
      if (material.isPresent()) {
        keys.add(new IssuedKey(provider, id, material.get()));
        state.flatMap(KeyStates::words).ifPresent(words -> notes.put(id, words));
        state.filter(State.PRE_ACTIVE::equals).ifPresent(_ -> forgotten.add(id));
      } else {
        missing.put(id, reason(got, state));
      }
    }
    if (!forgotten.isEmpty()) {
      // Somebody died between making and activating them; the keys are in use all the same.
      var _ = maker.activate(forgotten);
    }
    return new FoundKeys(keys, missing, notes);
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
