package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.attribute.RevocationReason;
import io.keymoor.kmip.operation.Destroy;
import io.keymoor.kmip.operation.Revoke;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.RevocationReasonCode;
import io.keymoor.provider.KeyId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Destroys keys in a KMS: an active key has to be revoked before. Thread-safe. */
final class KeyDestroyer {
  private final KmsCluster cluster;

  KeyDestroyer(KmsCluster cluster) {
    this.cluster = cluster;
  }

  Map<KeyId, String> destroy(List<KeyId> ids) {
    // Refused for keys that are not active; the Destroy tells whether that matters.
    var _ =
        cluster.all(
            ids.stream()
                .map(id ->
                    new Revoke(
                        ObjectId.of(id.text()),
                        new RevocationReason(
                            RevocationReasonCode.CESSATION_OF_OPERATION,
                            Optional.of("reclaimed by Keymoor")),
                        Optional.empty()))
                .toList());
    List<Answer> answers =
        cluster.all(ids.stream().map(id -> new Destroy(ObjectId.of(id.text()))).toList());
    Map<KeyId, String> left = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      if (!isGone(answers.get(i))) {
        left.put(ids.get(i), answers.get(i).sentence());
      }
    }
    return left;
  }

  private static boolean isGone(Answer answer) {
    return switch (answer) {
      case Answer.Done _ -> true;
      case Answer.Refused refused ->
          refused.isUnknownObject() || refused.reason().equals(ResultReason.OBJECT_DESTROYED);
      case Answer.Lost _, Answer.Unreachable _ -> false;
    };
  }
}
