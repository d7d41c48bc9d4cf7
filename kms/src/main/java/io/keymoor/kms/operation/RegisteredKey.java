package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.KeyMaterial;
import io.keymoor.kmip.object.KeyValue;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.failure.KmipFailure;
import java.util.Optional;

/** Whether what a client registers agrees with itself. */
final class RegisteredKey {
  private RegisteredKey() {}

  static void requireConsistent(ManagedObject object, Attributes given) {
    Optional<KeyBlock> block = object.keyBlock();
    if (block.isEmpty()) {
      return;
    }
    requireEqual(
        block.get().algorithm(), given.first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM), "algorithm");
    requireEqual(block.get().length(), given.first(AttributeTypes.CRYPTOGRAPHIC_LENGTH), "length");
    if (object instanceof ManagedObject.SymmetricKey) {
      requireLength(block.get());
    }
  }

  private static <T> void requireEqual(Optional<T> inBlock, Optional<T> attribute, String what) {
    if (inBlock.isPresent() && attribute.isPresent() && !inBlock.equals(attribute)) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD,
          "The key block and the attributes disagree about the key's " + what + ".");
    }
  }

  private static void requireLength(KeyBlock block) {
    if (block.value().isEmpty()
        || !(block.value().get() instanceof KeyValue.Plain(KeyMaterial material, _))
        || block.length().isEmpty()) {
      return;
    }
    int bytes =
        switch (material) {
          case KeyMaterial.Encoded encoded -> encoded.bytes().length();
          case KeyMaterial.TransparentSymmetricKey key -> key.key().length();
          default ->
              throw new KmipFailure(
                  ResultReason.INVALID_FIELD, "This is not a symmetric key's material.");
        };
    int bits = block.length().get();
    boolean withoutParity =
        block.algorithm().equals(Optional.of(CryptographicAlgorithm.TRIPLE_DES))
            && bits / 7 == bytes;
    if (bits != bytes * 8 && !withoutParity) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "The key material has another length than it says.");
    }
  }
}
