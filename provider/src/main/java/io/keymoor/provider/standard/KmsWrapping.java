package io.keymoor.provider.standard;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.keymoor.kmip.attribute.Attribute;
import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.CryptographicParameters;
import io.keymoor.kmip.attribute.ObjectId;
import io.keymoor.kmip.codec.ByteString;
import io.keymoor.kmip.operation.DataInput;
import io.keymoor.kmip.operation.Decrypt;
import io.keymoor.kmip.operation.Encrypt;
import io.keymoor.kmip.operation.Query;
import io.keymoor.kmip.vocabulary.BlockCipherMode;
import io.keymoor.kmip.vocabulary.Operation;
import io.keymoor.kmip.vocabulary.QueryFunction;
import io.keymoor.provider.IssuedKey;
import io.keymoor.provider.KeyId;
import io.keymoor.provider.ProviderReference;
import io.keymoor.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * KEKs that the KMS wraps itself, under a key that never leaves it: KMIP Encrypt and Decrypt,
 * AES-256-GCM with an IV that the KMS chose (K4, R16).
 *
 * <p>What is wrapped opens only for this provider and under the wrapping key it names; wrapped
 * anew, only as the key whose id it was. The additional data of GCM say so:
 *
 * <pre>
 *   "Keymoor KEK 2" LF provider UUID LF id of the wrapping key LF id of the KEK, once wrapped anew
 * </pre>
 *
 * <p>A KMS that does not do exactly this is refused, in words; nothing falls back. Needs KMIP 1.4.
 * Thread-safe.
 */
final class KmsWrapping {
  private static final int KEK_BYTES = 32;
  private static final int IV_BYTES = 12;
  private static final int TAG_BYTES = 16;

  private static final Query OPERATIONS =
      new Query(List.of(QueryFunction.QUERY_OPERATIONS), Optional.empty());

  /** What makes the KMS keep the wrapping key to itself. */
  private static final Attribute<?>[] STAYS = {
    Attribute.of(AttributeTypes.SENSITIVE, true), Attribute.of(AttributeTypes.EXTRACTABLE, false)
  };

  private final ProviderReference provider;
  private final KmsCluster cluster;

  KmsWrapping(ProviderReference provider, KmsCluster cluster) {
    this.provider = provider;
    this.cluster = cluster;
  }

  /** What a wrapping key has to have. */
  static Attribute<?>[] staysInside() {
    return STAYS.clone();
  }

  /** What came of wrapping one key. */
  sealed interface Outcome {
    record Wrapped(WrappedKeyId id) implements Outcome {}

    record Failed(String reason) implements Outcome {}
  }

  /**
   * Why this KMS can't wrap by itself; empty when it says that it can. What it really does is seen
   * with a key: {@link #tried}.
   */
  Optional<String> lacking() {
    return lacking(cluster.one(OPERATIONS));
  }

  /** A server that is well and can't wrap is of no use. */
  KmsHealth judged(KmsHealth health) {
    if (health.failing().isPresent()) {
      return health;
    }
    return lacking(cluster.of(health.server(), OPERATIONS))
        .map(why ->
            new KmsHealth(
                health.server(),
                Optional.of(KmsHealth.Layer.KMIP),
                why + ", which wrapping in the KMS needs",
                health.took(),
                health.version(),
                health.certificateExpiry()))
        .orElse(health);
  }

  private static Optional<String> lacking(Answer answer) {
    if (answer instanceof Answer.Done done && done.payload() instanceof Query.Result can) {
      return can.operations().containsAll(List.of(Operation.ENCRYPT, Operation.DECRYPT))
          ? Optional.empty()
          : Optional.of("the KMS offers no Encrypt and Decrypt");
    }
    return Optional.of(answer.sentence());
  }

  /** Why a wrapping key can't be used: it opens what it must not, or not what it must. */
  Optional<String> tried(KeyId wrappingKey, SecureRandom random) {
    try (SecretBytes probe = SecretBytes.random(KEK_BYTES, random)) {
      Outcome made = wrap(wrappingKey, Map.of(wrappingKey, probe), false).getFirst();
      return switch (made) {
        case Outcome.Failed failed -> Optional.of(failed.reason());
        case Outcome.Wrapped wrapped -> {
          try (FoundKeys right = unwrap(Map.of(wrapped.id().id(), wrapped.id()));
              FoundKeys wrong = unwrap(Map.of(new KeyId("another"), wrapped.id()))) {
            boolean same = right.keys().stream().anyMatch(key -> key.kek().equals(probe));
            yield same && wrong.keys().isEmpty()
                ? Optional.empty()
                : Optional.of("the KMS does not bind what it encrypts to where it belongs");
          }
        }
      };
    }
  }

  /**
   * Wraps keys; the outcomes are in their order.
   *
   * @param anew whether the keys of the map are the ids that the KEKs have already
   */
  List<Outcome> wrap(KeyId wrappingKey, Map<KeyId, SecretBytes> keks, boolean anew) {
    List<Encrypt> requests = new ArrayList<>();
    List<ByteString> clear = new ArrayList<>();
    keks.forEach((id, kek) -> {
      DataInput.Bytes data = DataInput.clear(kek);
      clear.add(data.bytes());
      requests.add(
          new Encrypt(
              ObjectId.of(wrappingKey.text()),
              Optional.of(parameters(true)),
              Optional.of(data),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.of(place(wrappingKey, anew ? id.text() : ""))));
    });
    try {
      return cluster.all(requests).stream().map(it -> wrapped(it, wrappingKey)).toList();
    } finally {
      clear.forEach(ByteString::erase);
    }
  }

  private static Outcome wrapped(Answer answer, KeyId wrappingKey) {
    if (!(answer instanceof Answer.Done done) || !(done.payload() instanceof Encrypt.Result it)) {
      return new Outcome.Failed(answer.sentence());
    }
    if (length(it.iv()) != IV_BYTES
        || length(it.data()) != KEK_BYTES
        || length(it.tag()) != TAG_BYTES) {
      return new Outcome.Failed(
          "what the KMS encrypted has no IV and tag of its own, as AES-GCM has");
    }
    byte[] whole = new byte[IV_BYTES + KEK_BYTES + TAG_BYTES];
    System.arraycopy(bytes(it.iv()), 0, whole, 0, IV_BYTES);
    System.arraycopy(bytes(it.data()), 0, whole, IV_BYTES, KEK_BYTES);
    System.arraycopy(bytes(it.tag()), 0, whole, IV_BYTES + KEK_BYTES, TAG_BYTES);
    return new Outcome.Wrapped(new WrappedKeyId(whole, wrappingKey));
  }

  private static int length(Optional<ByteString> field) {
    return field.map(ByteString::length).orElse(0);
  }

  private static byte[] bytes(Optional<ByteString> field) {
    return field.orElse(ByteString.EMPTY).toByteArray();
  }

  /** Unwraps keys, by the ids that they have in records. */
  FoundKeys unwrap(Map<KeyId, WrappedKeyId> wrapped) {
    List<KeyId> ids = List.copyOf(wrapped.keySet());
    List<Decrypt> requests = new ArrayList<>();
    wrapped.forEach((id, now) -> requests.add(decrypt(id, now)));
    List<Answer> answers = cluster.all(requests);
    List<IssuedKey> keys = new ArrayList<>();
    Map<KeyId, String> missing = new LinkedHashMap<>();
    for (int i = 0; i < ids.size(); i++) {
      Optional<SecretBytes> kek = kek(answers.get(i));
      if (kek.isPresent()) {
        keys.add(new IssuedKey(provider, ids.get(i), kek.get()));
      } else {
        missing.put(ids.get(i), reason(answers.get(i)));
      }
    }
    return new FoundKeys(keys, missing, Map.of());
  }

  private Decrypt decrypt(KeyId id, WrappedKeyId now) {
    byte[] whole = now.wrapped();
    boolean anew = !now.id().equals(id);
    return new Decrypt(
        ObjectId.of(now.wrappingKey().text()),
        Optional.of(parameters(false)),
        Optional.of(DataInput.of(Arrays.copyOfRange(whole, IV_BYTES, IV_BYTES + KEK_BYTES))),
        Optional.of(ByteString.owning(Arrays.copyOf(whole, IV_BYTES))),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(place(now.wrappingKey(), anew ? id.text() : "")),
        Optional.of(
            ByteString.owning(Arrays.copyOfRange(whole, IV_BYTES + KEK_BYTES, whole.length))));
  }

  /** The key in an answer, owned by the caller; nothing of it stays in the answer. */
  private static Optional<SecretBytes> kek(Answer answer) {
    if (!(answer instanceof Answer.Done done) || !(done.payload() instanceof Decrypt.Result it)) {
      return Optional.empty();
    }
    Optional<SecretBytes> kek =
        it.data()
            .filter(data -> data.length() == KEK_BYTES)
            .map(data -> SecretBytes.takeOver(data.toByteArray()));
    it.data().ifPresent(ByteString::erase);
    return kek;
  }

  private static String reason(Answer answer) {
    return switch (answer) {
      case Answer.Done _ -> "what the KMS unwrapped is no AES key of 256 bits";
      case Answer.Refused refused when refused.isUnknownObject() ->
          "no server of the KMS knows the key that wraps it ("
              + refused.sentence()
              + "); was the KMS restored from an older backup, or is this another KMS?";
      case Answer.Refused refused ->
          "the KMS does not unwrap it ("
              + refused.sentence()
              + "); was the key provider made again under another UUID?";
      case Answer.Lost lost -> lost.sentence();
      case Answer.Unreachable away -> away.sentence();
    };
  }

  private ByteString place(KeyId wrappingKey, String kek) {
    return ByteString.owning(
        String.join("\n", "Keymoor KEK 2", provider.id().toString(), wrappingKey.text(), kek)
            .getBytes(UTF_8));
  }

  private static CryptographicParameters parameters(boolean encrypting) {
    return CryptographicParameters.authenticated(
        BlockCipherMode.GCM, encrypting, IV_BYTES, TAG_BYTES);
  }
}
