package io.keymoor.kms.operation;

import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.operation.JoinSplitKey;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ObjectType;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kmip.vocabulary.SecretDataType;
import io.keymoor.kms.cipher.Algorithms;
import io.keymoor.kms.cipher.AsymmetricKeys;
import io.keymoor.kms.cipher.Material;
import io.keymoor.kms.cipher.SecretSharing;
import io.keymoor.kms.cipher.SecretSharing.Part;
import io.keymoor.kms.cipher.SecretSharing.Scheme;
import io.keymoor.kms.failure.KmipFailure;
import io.keymoor.secret.SecretBytes;
import java.util.List;
import java.util.Optional;

/** The key that parts of it give. */
final class JoinedKey {
  private JoinedKey() {}

  /** The key; the caller's to close. The parts stay open. */
  static ManagedObject of(List<ManagedObject.SplitKey> parts, JoinSplitKey request) {
    if (parts.isEmpty()) {
      throw new KmipFailure(ResultReason.INVALID_MESSAGE, "The request names no parts.");
    }
    ManagedObject.SplitKey first = parts.getFirst();
    Scheme scheme = scheme(first);
    boolean alike =
        parts.stream()
            .allMatch(part ->
                scheme(part).equals(scheme)
                    && part.block().format().equals(first.block().format())
                    && part.block().algorithm().equals(first.block().algorithm())
                    && part.block().length().equals(first.block().length()));
    if (!alike) {
      throw new KmipFailure(
          ResultReason.BAD_CRYPTOGRAPHIC_PARAMETERS, "The parts are of different keys.");
    }
    SecretBytes secret =
        SecretSharing.join(
            parts.stream()
                .map(part -> new Part(part.partIdentifier(), Material.symmetric(part.block())))
                .toList(),
            scheme,
            length(request.objectType(), first.block()));
    return object(request, with(first.block(), secret));
  }

  private static Scheme scheme(ManagedObject.SplitKey part) {
    return new Scheme(part.method(), part.parts(), part.threshold(), part.primeFieldSize());
  }

  /**
   * A private key's encoding begins with a byte that is not zero, so its number keeps its length.
   */
  private static Optional<Integer> length(ObjectType type, KeyBlock block) {
    Optional<CryptographicAlgorithm> algorithm = block.algorithm();
    if (type.equals(ObjectType.PRIVATE_KEY) || block.length().isEmpty()) {
      return Optional.empty();
    }
    int bits = block.length().get();
    return type.equals(ObjectType.SYMMETRIC_KEY)
            && algorithm.equals(Optional.of(CryptographicAlgorithm.TRIPLE_DES))
        ? Optional.of(Algorithms.keyBytes(CryptographicAlgorithm.TRIPLE_DES, bits))
        : Optional.of((bits + 7) / 8);
  }

  private static KeyBlock with(KeyBlock part, SecretBytes secret) {
    return new KeyBlock(
        part.format(),
        part.compression(),
        Optional.of(new KeyValue.Plain(new KeyMaterial.Encoded(secret))),
        part.algorithm(),
        part.length(),
        Optional.empty());
  }

  private static ManagedObject object(JoinSplitKey request, KeyBlock block) {
    if (request.objectType().equals(ObjectType.SYMMETRIC_KEY)) {
      return new ManagedObject.SymmetricKey(block);
    }
    if (request.objectType().equals(ObjectType.SECRET_DATA)) {
      return new ManagedObject.SecretData(
          request.secretDataType().orElse(SecretDataType.SEED), block);
    }
    try {
      AsymmetricKeys.privateKey(block);
    } catch (KmipFailure noKey) {
      block.close();
      throw new KmipFailure(
          ResultReason.CRYPTOGRAPHIC_FAILURE, "The parts do not give a private key.");
    }
    return new ManagedObject.PrivateKey(block);
  }
}
