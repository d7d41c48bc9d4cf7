package io.keymoor.provider.standard;

import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.operation.Activate;
import io.keymoor.kmip.operation.Create;
import io.keymoor.kmip.operation.Get;
import io.keymoor.kmip.operation.Request;
import io.keymoor.provider.KeyId;
import io.keymoor.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Create, Activate and Get of many keys in one message: the latter two leave the key's id out and
 * mean the one that was just made (KMIP's ID placeholder). A KMS then makes an active key in one
 * durable step, and nothing is asked twice.
 *
 * <p>Guarantee: a key counts as active and fetched only when both answers name the id of its own
 * Create; anything else is left to be activated and fetched by its id. A KMS that never does it so
 * is not asked so again. Thread-safe.
 */
final class JoinedMaking {
  private static final int TOGETHER = 3;

  private final KmsCluster cluster;

  /** False once the KMS made keys and did nothing else of it. */
  private volatile boolean works = true;

  JoinedMaking(KmsCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Makes keys.
   *
   * @param inHand gets those that are active and fetched, owned by the caller
   * @return the answers to the Creates, in their order
   */
  List<Answer> create(List<Create> creates, Map<KeyId, SecretBytes> inHand) {
    if (!works || !cluster.batches()) {
      return cluster.all(creates);
    }
    List<Request<?>> requests = new ArrayList<>(creates.size() * TOGETHER);
    for (Create create : creates) {
      requests.add(create);
      requests.add(new Activate(ObjectId.PLACEHOLDER));
      requests.add(
          new Get(
              ObjectId.PLACEHOLDER,
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty()));
    }
    List<Answer> answers = cluster.all(requests, TOGETHER);
    List<Answer> created = new ArrayList<>(creates.size());
    boolean any = false;
    for (int at = 0; at < answers.size(); at += TOGETHER) {
      Answer create = answers.get(at);
      created.add(create);
      Optional<String> id = made(create);
      any |= id.isPresent();
      take(id, answers.get(at + 1), answers.get(at + 2), inHand);
    }
    if (any && inHand.isEmpty()) {
      works = false;
    }
    return created.stream().allMatch(JoinedMaking::mayBeTooMuch) ? alone(creates) : created;
  }

  /** Refused, a Create made nothing: some KMSes read no Activate or Get without an id. */
  private static boolean mayBeTooMuch(Answer create) {
    return create instanceof Answer.Refused refused && !refused.isForbidden();
  }

  private List<Answer> alone(List<Create> creates) {
    List<Answer> created = cluster.all(creates);
    if (created.stream().anyMatch(Answer.Done.class::isInstance)) {
      works = false;
    }
    return created;
  }

  private static Optional<String> made(Answer create) {
    return create instanceof Answer.Done done && done.payload() instanceof Create.Result result
        ? Optional.of(result.uniqueIdentifier())
        : Optional.empty();
  }

  /** Whatever came with the answer to a Get is kept or erased. */
  private static void take(
      Optional<String> id, Answer activate, Answer get, Map<KeyId, SecretBytes> inHand) {
    Optional<SecretBytes> material = KeyFetcher.material(get);
    boolean own =
        id.isPresent()
            && activate instanceof Answer.Done active
            && active.payload() instanceof Activate.Result result
            && result.uniqueIdentifier().equals(id.get())
            && get instanceof Answer.Done done
            && done.payload() instanceof Get.Result got
            && got.uniqueIdentifier().equals(id.get());
    if (own) {
      material.ifPresent(bytes -> inHand.put(new KeyId(id.get()), bytes));
    } else {
      material.ifPresent(SecretBytes::close);
    }
  }
}
