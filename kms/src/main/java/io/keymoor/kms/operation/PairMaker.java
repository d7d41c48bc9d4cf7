package io.keymoor.kms.operation;

import io.keymoor.kmip.attribute.AttributeTypes;
import io.keymoor.kmip.attribute.Attributes;
import io.keymoor.kmip.attribute.CryptographicDomainParameters;
import io.keymoor.kmip.object.KeyBlock;
import io.keymoor.kmip.object.ManagedObject;
import io.keymoor.kmip.vocabulary.CryptographicAlgorithm;
import io.keymoor.kmip.vocabulary.LinkType;
import io.keymoor.kmip.vocabulary.RecommendedCurve;
import io.keymoor.kmip.vocabulary.ResultReason;
import io.keymoor.kms.cipher.Algorithms;
import io.keymoor.kms.cipher.KeyForm;
import io.keymoor.kms.failure.KmipFailure;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Optional;
import java.util.Set;

/** Makes RSA and elliptic curve key pairs. */
final class PairMaker {
  static final LinkType TO_PUBLIC = LinkType.PUBLIC_KEY_LINK;
  static final LinkType TO_PRIVATE = LinkType.PRIVATE_KEY_LINK;

  private static final Set<Integer> RSA_BITS = Set.of(2048, 3072, 4096);
  private static final Set<CryptographicAlgorithm> CURVES =
      Set.of(CryptographicAlgorithm.EC, CryptographicAlgorithm.ECDSA, CryptographicAlgorithm.ECDH);

  private PairMaker() {}

  /** Both halves of a fresh pair. */
  record Pair(ManagedObject privateKey, ManagedObject publicKey) implements AutoCloseable {
    @Override
    public void close() {
      privateKey.close();
      publicKey.close();
    }
  }

  /** A pair as the attributes ask for. */
  static Pair make(Attributes wanted, SecureRandom random) {
    CryptographicAlgorithm algorithm =
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_ALGORITHM)
            .orElseThrow(() -> CreationOperations.missing("Cryptographic Algorithm"));
    Optional<Integer> bits = wanted.first(AttributeTypes.CRYPTOGRAPHIC_LENGTH);
    try {
      if (algorithm.equals(CryptographicAlgorithm.RSA)) {
        return rsa(
            bits.orElseThrow(() -> CreationOperations.missing("Cryptographic Length")), random);
      }
      if (CURVES.contains(algorithm)) {
        return curve(algorithm, bits, wanted, random);
      }
    } catch (GeneralSecurityException failure) {
      throw new KmipFailure(ResultReason.CRYPTOGRAPHIC_FAILURE, "The key pair could not be made.");
    }
    throw new KmipFailure(
        ResultReason.INVALID_FIELD, "This server makes no key pairs for " + algorithm + ".");
  }

  private static Pair rsa(int bits, SecureRandom random) throws GeneralSecurityException {
    if (!RSA_BITS.contains(bits)) {
      throw new KmipFailure(
          ResultReason.INVALID_FIELD, "RSA keys have 2048, 3072 or 4096 bits here.");
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(bits, random);
    return pair(generator.generateKeyPair(), CryptographicAlgorithm.RSA, bits);
  }

  private static Pair curve(
      CryptographicAlgorithm algorithm,
      Optional<Integer> bits,
      Attributes wanted,
      SecureRandom random)
      throws GeneralSecurityException {
    RecommendedCurve curve =
        wanted
            .first(AttributeTypes.CRYPTOGRAPHIC_DOMAIN_PARAMETERS)
            .flatMap(CryptographicDomainParameters::curve)
            .or(() -> bits.map(Algorithms::curveOfBits))
            .orElseThrow(() -> CreationOperations.missing("Cryptographic Domain Parameters"));
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(Algorithms.curve(curve)), random);
    KeyPair keys = generator.generateKeyPair();
    int size = ((ECPublicKey) keys.getPublic()).getParams().getCurve().getField().getFieldSize();
    return pair(keys, algorithm, size);
  }

  private static Pair pair(KeyPair keys, CryptographicAlgorithm algorithm, int bits) {
    KeyBlock privateBlock = KeyForm.of(keys.getPrivate(), algorithm, bits);
    KeyBlock publicBlock = KeyForm.of(keys.getPublic(), algorithm, bits);
    return new Pair(
        new ManagedObject.PrivateKey(privateBlock), new ManagedObject.PublicKey(publicBlock));
  }
}
